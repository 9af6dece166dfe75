/** Sends a report so that it becomes one incident, however often it is sent: by a double click, or after a lost answer. */
import { ref } from 'vue'
import { ApiError } from '@/api/client'
import { report } from './api'
import type { Position, Reported } from './types'

export interface Draft {
  item: string
  description: string
  lon: string
  lat: string
  crs: string
  address: string
  /** How the coordinates were found. */
  by: 'map' | 'gps' | 'coordinates' | 'address'
  photos: File[]
}

/** The form is open, at this place if it was opened by a click on one. */
export const reporting = ref<{ place: Position | null } | null>(null)

/** Opens the report form: from any page that shows a ReportButton. */
export const openReport = (place: Position | null = null): void => void (reporting.value = { place })

/** Also without TLS, where browsers have no `randomUUID`. */
export function freshKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function formOf({ item, description, lon, lat, crs, address, by, photos }: Draft): FormData {
  const form = new FormData()
  form.append('item', item)
  if (description.trim()) form.append('description', description.trim())
  if (lon.trim() && lat.trim()) {
    for (const [name, value] of Object.entries({ lon: lon.trim(), lat: lat.trim(), crs, located_by: by })) form.append(name, value)
  }
  if (address.trim()) form.append('address', address.trim())
  for (const photo of photos) form.append('photos', photo)
  return form
}

const PAUSES_MS = [500, 1500, 4000]

/** Tries again by itself where no answer came, or the server was away. Throws the ApiError of what was refused. */
export async function send(form: FormData, key: string, pauses: readonly number[] = PAUSES_MS): Promise<Reported> {
  for (const pause of [...pauses, null]) {
    try {
      return await report(form, key)
    } catch (reason) {
      const lost = reason instanceof ApiError && (reason.status === 0 || reason.status === 503)
      if (!lost || pause === null) throw reason
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
  throw new ApiError('', 0)
}
