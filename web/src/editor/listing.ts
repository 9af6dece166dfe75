/** The grids as the list shows them: filtered and sorted. Pure. */
import type { Grid, Load } from './types'

export const SORTS = ['code', 'name', 'most', 'least', 'area'] as const
export type Sort = (typeof SORTS)[number]

export interface Wanted {
  text: string
  load: Load | null
  sort: Sort
}

const collator = new Intl.Collator('zh-CN', { numeric: true })

const ORDER: Record<Sort, (a: Grid, b: Grid) => number> = {
  code: (a, b) => collator.compare(a.properties.code, b.properties.code),
  name: (a, b) => collator.compare(a.properties.name, b.properties.name),
  most: (a, b) => (b.properties.households ?? -1) - (a.properties.households ?? -1),
  least: (a, b) => (a.properties.households ?? Infinity) - (b.properties.households ?? Infinity),
  area: (a, b) => b.properties.area_m2 - a.properties.area_m2,
}

export function listed(grids: Iterable<Grid>, { text, load, sort }: Wanted): Grid[] {
  const sought = text.trim().toLowerCase()
  const matches = ({ properties: p }: Grid): boolean =>
    (!sought || p.name.toLowerCase().includes(sought) || p.code.includes(sought)) && (load === null || p.load === load)
  return [...grids].filter(matches).sort((a, b) => ORDER[sort](a, b) || ORDER.code(a, b))
}
