/** Reports by hour of a past day, for the line behind a replayed one. */
import { getJson } from '@/api/client'

interface Rows {
  rows: { key: string; counts: { reported: number } }[]
}

const HOURS = 24

/** Null to whom the figures are closed. */
export async function readHours(day: string, area: string, read: (path: string) => Promise<Rows> = getJson): Promise<number[] | null> {
  try {
    const { rows } = await read(`/api/v1/statistics/?by=hour&since=${day}&until=${day}&area=${area}`)
    const counts = new Map(rows.map((row) => [Number(row.key.slice(-2)), row.counts.reported]))
    return Array.from({ length: HOURS }, (_, hour) => counts.get(hour) ?? 0)
  } catch {
    return null
  }
}
