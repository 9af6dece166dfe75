/** The key figures of the wall and the day's curve: each rate with its part and its whole, each with how it was before. */
import { getJson } from '@/api/client'

export interface Ratio {
  part: number
  whole: number
  rate: number | null
}

interface Row {
  key: string
  counts: { reported: number }
  rates: Record<string, Ratio>
}

interface Statistics {
  rows: Row[]
  previous?: Row[]
}

export const RATES = ['closing', 'overdue', 'satisfaction'] as const

export interface Figure {
  key: (typeof RATES)[number]
  ratio: Ratio | null
  /** The rate of the thirty days before. */
  before: number | null
}

export interface Day {
  /** Reports by hour; null for hours that are still to come. */
  today: (number | null)[]
  lastWeek: (number | null)[]
}

type Read = (path: string) => Promise<Statistics>
const DAY_MS = 86_400_000
const HOURS = 24

/** Where the rates of thirty days are read, with those of the thirty days before; '' is everywhere. */
export const ratesAt = (area: string): string => `/api/v1/statistics/?by=none&compare=previous&area=${area}`

/** Where the hours from the same day last week until today are read. */
export const hoursAt = (area: string, now = new Date()): string =>
  `/api/v1/statistics/?by=hour&since=${localDay(new Date(now.getTime() - 7 * DAY_MS))}&until=${localDay(now)}&area=${area}`

/** The rates of the last thirty days in the area. */
export async function readRates(area: string, read: Read = getJson): Promise<Figure[]> {
  const { rows, previous } = await read(ratesAt(area))
  return RATES.map((key) => ({ key, ratio: rows[0]?.rates[key] ?? null, before: previous?.[0]?.rates[key]?.rate ?? null }))
}

/** Today hour by hour as far as it has come, and the same day last week. */
export async function readDay(area: string, now = new Date(), read: Read = getJson): Promise<Day> {
  const [today, before] = [localDay(now), localDay(new Date(now.getTime() - 7 * DAY_MS))]
  const hours = (day: string): Promise<Statistics> => read(`/api/v1/statistics/?by=hour&since=${day}&until=${day}&area=${area}`)
  const [these, those] = await Promise.all([hours(today), hours(before)])
  return { today: byHour(these.rows, hourOf(now)), lastWeek: byHour(those.rows, HOURS - 1) }
}

function byHour(rows: readonly Row[], last: number): (number | null)[] {
  const counts = new Map(rows.map((row) => [Number(row.key.slice(-2)), row.counts.reported]))
  return Array.from({ length: HOURS }, (_, hour) => (hour <= last ? (counts.get(hour) ?? 0) : null))
}

/** How many until this hour of the day, and how many of them on the day a week before. */
export function soFar({ today, lastWeek }: Day): { today: number; lastWeek: number } {
  const reached = today.filter((count) => count !== null).length
  const sum = (counts: readonly (number | null)[]): number => counts.reduce<number>((total, count) => total + (count ?? 0), 0)
  return { today: sum(today), lastWeek: sum(lastWeek.slice(0, reached)) }
}

/** The day in China, where the incidents are counted, wherever the browser is. */
export const localDay = (at: Date): string => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(at)

export const hourOf = (at: Date): number =>
  Number(new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', hour: '2-digit', hourCycle: 'h23' }).format(at))
