/** The reports of thirty days by area and by item: how many, and their rates, each with its part and its whole. */
import { getJson } from '@/api/client'
import type { AreaRef } from '@/api/types'
import { RATES, type Ratio } from './figures'

/** What the bars show: how many were reported, or one of the rates. */
export const MEASURES = ['reported', ...RATES] as const
export type Measure = (typeof MEASURES)[number]

export interface Entry {
  key: string
  title: string
  counts: { reported: number }
  rates: Record<string, Ratio>
}

export interface Bar {
  key: string
  title: string
  /** Null where there is nothing to have a rate of. */
  value: number | null
  ratio: Ratio | null
  /** Length of the bar, 0 to 1. */
  share: number
}

type Read = (path: string) => Promise<{ rows: Entry[] }>

/** Where the entries are read, also as a file (`as=csv`, `as=xlsx`). */
export const itemsAt = (area: string): string => `/api/v1/statistics/?by=item&area=${area}`

/** Null where the area has no parts. */
export function areasAt(area: string, parts: readonly AreaRef[]): string | null {
  return parts[0] ? `/api/v1/statistics/?by=area&tier=${parts[0].tier}&area=${area}` : null
}

export const readItems = async (area: string, read: Read = getJson): Promise<Entry[]> => (await read(itemsAt(area))).rows

/** One entry for each part of the area, also where nothing was reported; then what lies in none of them. */
export async function readAreas(area: string, parts: readonly AreaRef[], read: Read = getJson): Promise<Entry[]> {
  const path = areasAt(area, parts)
  if (path === null) return []
  const { rows } = await read(path)
  const found = new Map(rows.map((row) => [row.key, row]))
  const named = parts.map(({ code, name }) => ({ ...(found.get(code) ?? { counts: { reported: 0 }, rates: {} }), key: code, title: name }))
  const codes = new Set(parts.map(({ code }) => code))
  return [...named, ...rows.filter(({ key }) => !codes.has(key))]
}

/** The longest first; what has no rate last. */
export function barsOf(entries: readonly Entry[], measure: Measure): Bar[] {
  const bars = entries.map(({ key, title, counts, rates }) => {
    const ratio = measure === 'reported' ? null : (rates[measure] ?? null)
    return { key, title, ratio, value: measure === 'reported' ? counts.reported : (ratio?.rate ?? null), share: 0 }
  })
  const longest = measure === 'reported' ? Math.max(1, ...bars.map(({ value }) => value ?? 0)) : 1
  return bars
    .map((bar) => ({ ...bar, share: (bar.value ?? 0) / longest }))
    .sort((a, b) => (b.value ?? -1) - (a.value ?? -1) || a.key.localeCompare(b.key))
}
