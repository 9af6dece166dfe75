/** From what stands in the fields of an action to what the server is sent, by the declared needs. */
import type { Need, Position } from '@/incident/types'

export type Entry = string | string[]

/** "114.3, 34.8": what is not two numbers is null. */
export function readPosition(text: string): Position | null {
  const parts = text.trim().split(/[\s,，]+/).map(Number)
  const [lon, lat] = parts
  return parts.length === 2 && Number.isFinite(lon) && Number.isFinite(lat) ? [lon!, lat!] : null
}

export const writePosition = ([lon, lat]: Position): string => `${lon.toFixed(6)}, ${lat.toFixed(6)}`

function value(need: Need, entry: Entry): unknown {
  if (Array.isArray(entry)) return entry
  if (entry === '') return undefined
  switch (need.type) {
    case 'hours':
    case 'number':
    case 'mark':
      return Number(entry)
    case 'flag':
      return entry === 'true'
    case 'place': {
      const place = readPosition(entry)
      return place ? { lon: place[0], lat: place[1], crs: '4490' } : entry
    }
    default:
      return entry
  }
}

/** Only what was filled in: an empty field is not sent. */
export function given(needs: readonly Need[], entries: Record<string, Entry>): Record<string, unknown> {
  const filled = needs.map((need) => [need.name, value(need, entries[need.name] ?? '')] as const)
  return Object.fromEntries(filled.filter(([, sent]) => sent !== undefined && !(Array.isArray(sent) && !sent.length)))
}
