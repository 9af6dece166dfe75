/** Moments as people in China read and write them, wherever the browser stands: `2026-11-20T08:30`. */

/** China has had one time without summer time since 1992. */
const OFFSET = '+08:00'
const PATTERN = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/
const format = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' })

export const DAY_MS = 86_400_000

export const writeMoment = (at: number): string => format.format(at).replace(' ', 'T')

/** Milliseconds; null for what is no moment. */
export function readMoment(text: string | null | undefined): number | null {
  if (!text || !PATTERN.test(text)) return null
  const at = Date.parse(`${text}:00${OFFSET}`)
  return Number.isNaN(at) || writeMoment(at) !== text ? null : at
}

export const dayOf = (at: number): string => writeMoment(at).slice(0, 10)

export const startOf = (day: string): number => Date.parse(`${day}T00:00:00${OFFSET}`)

/** The day so many days later. */
export const dayAfter = (day: string, days = 1): string => dayOf(startOf(day) + days * DAY_MS)
