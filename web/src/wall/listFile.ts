/** Where the list of incidents is read as a file: just what the wall lists. */
import type { Box } from '@/api/types'
import { HOUR_MS, type Filters } from './filters'

export interface ListedNow {
  filters: Filters
  /** What is in the picture; null before the map has said it. */
  box: Box | null
  /** As of when the filter by hours counts. */
  now: number
  /** A past moment that stands in for now, and the area that it is limited to. */
  past: { moment: number; area: string } | null
}

/** Of a millimetre, as places are kept. */
const PLACES = 8

/** The format is added by who asks: `as=csv`, `as=xlsx`. */
export function listAt({ filters, box, now, past }: ListedNow): string {
  const { hours, item, state, light, source } = filters
  const since = hours ? new Date((past?.moment ?? now) - Number(hours) * HOUR_MS).toISOString() : ''
  const place = box ? box.map((degrees) => degrees.toFixed(PLACES)).join(',') : ''
  const time = past ? { at: new Date(past.moment).toISOString(), area: past.area } : { open: 'true' }
  const given = Object.entries({ ...time, bbox: place, since, item, state, light, source }).filter(([, value]) => value)
  return `/api/v1/incidents/?${new URLSearchParams(given)}`
}
