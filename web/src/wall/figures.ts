/** The key figures of the wall: today's and the thirty days' from the statistics, each rate with its part and its whole. */
import { getJson } from '@/api/client'

export interface Ratio {
  part: number
  whole: number
  rate: number | null
}

interface StatisticsRow {
  counts: Record<string, number>
  rates: Record<string, Ratio>
}

interface Statistics {
  rows: StatisticsRow[]
  previous?: StatisticsRow[]
}

export interface Figure {
  key: 'today' | 'closing' | 'overdue' | 'satisfaction'
  value: number | null
  ratio: Ratio | null
  before: number | null
}

const RATES = ['closing', 'overdue', 'satisfaction'] as const

export async function readFigures(area: string, now = new Date()): Promise<Figure[]> {
  const day = localDay(now)
  const within = area ? `&area=${area}` : ''
  const [today, month] = await Promise.all([
    getJson<Statistics>(`/api/v1/statistics/?by=none&since=${day}&until=${day}&compare=previous${within}`),
    getJson<Statistics>(`/api/v1/statistics/?by=none&compare=previous${within}`),
  ])
  const count = (rows: StatisticsRow[] | undefined): number => rows?.[0]?.counts.reported ?? 0
  const rates = RATES.map((key): Figure => {
    const ratio = month.rows[0]?.rates[key] ?? null
    return { key, ratio, value: ratio?.rate ?? null, before: month.previous?.[0]?.rates[key]?.rate ?? null }
  })
  return [{ key: 'today', value: count(today.rows), ratio: null, before: count(today.previous) }, ...rates]
}

/** The day in China, where the incidents are counted, wherever the browser is. */
export const localDay = (at: Date): string => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(at)

/** Reports by hour of the China day from a list of moments; hours that are still to come are null. */
export function byHour(moments: readonly string[], until: number): (number | null)[] {
  const counts = Array.from({ length: 24 }, (_, hour): number | null => (hour <= until ? 0 : null))
  for (const moment of moments) {
    const hour = hourOf(new Date(moment))
    if (counts[hour] !== null) counts[hour] = (counts[hour] ?? 0) + 1
  }
  return counts
}

export const hourOf = (at: Date): number =>
  Number(new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', hour: '2-digit', hourCycle: 'h23' }).format(at))
