/** Which incidents the wall shows: by time, item, state, light and source. Pure; the address carries it as `show=`. */
import type { Incident } from './incidents'

/** An empty text lets everything pass. `hours`: reported within so many. */
export interface Filters {
  hours: string
  item: string
  state: string
  light: string
  source: string
}

export const HOURS = ['1', '6', '24', '168'] as const
export const SOURCES = ['worker', 'citizen', 'hotline', 'video', 'sensor', 'superior', 'department', 'city', 'open311', 'import'] as const
const FIELDS = ['hours', 'item', 'state', 'light', 'source'] as const
const VALUE = /^[\w.-]{1,40}$/
export const HOUR_MS = 3_600_000

export const everything = (): Filters => ({ hours: '', item: '', state: '', light: '', source: '' })

export const inUse = (filters: Filters): number => FIELDS.filter((field) => filters[field]).length

export function passes(filters: Filters, one: Incident, now: number): boolean {
  const { hours, item, state, light, source } = filters
  return (
    (!hours || now - Date.parse(one.reported_at) <= Number(hours) * HOUR_MS) &&
    (!item || one.item === item) &&
    (!state || one.state === state) &&
    (!light || one.light === light) &&
    (!source || one.source === source)
  )
}

/** As `light:red,source:hotline`; what is malformed counts as not given. */
export function readFilters(text: string | null): Filters {
  const filters = everything()
  for (const part of (text ?? '').split(',')) {
    const [field, value = ''] = part.split(':')
    const known = FIELDS.find((one) => one === field)
    if (known && VALUE.test(value) && (known !== 'hours' || Number(value) > 0)) filters[known] = value
  }
  return filters
}

export const writeFilters = (filters: Filters): string =>
  FIELDS.filter((field) => filters[field])
    .map((field) => `${field}:${filters[field]}`)
    .join(',')
