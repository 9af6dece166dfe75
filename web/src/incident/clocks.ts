/** A deadline that counts: how much of it is used, which light it shows, and what is left in words of a clock. */
import type { Clock, Light } from './types'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export interface Counting {
  light: Light
  /** Share of the time that is used, 0 to 1, along the clock on the wall. */
  used: number
  /** Milliseconds until it is due; below 0 since. */
  left: number
  stopped: boolean
}

/** Null where the step has no limit of its own. A clock that has stopped shows how it stood then. */
export function counting(clock: Clock, stoppedAt: string | null, now: number): Counting | null {
  if (!clock.due_at) return null
  const due = Date.parse(clock.due_at)
  const since = Date.parse(clock.since)
  const at = stoppedAt ? Math.min(now, Date.parse(stoppedAt)) : now
  const yellow = clock.yellow_at ? Date.parse(clock.yellow_at) : due
  const used = due > since ? (at - since) / (due - since) : 1
  return {
    light: at > due ? 'red' : at >= yellow ? 'yellow' : 'green',
    used: Math.max(0, Math.min(1, used)),
    left: due - at,
    stopped: stoppedAt !== null,
  }
}

/** Days and a clock: what a duration is made of, without its sign. */
export function parts(milliseconds: number): { days: number; clock: string } {
  const whole = Math.floor(Math.abs(milliseconds) / 1000) * 1000
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  const rest = whole % DAY
  return { days: Math.floor(whole / DAY), clock: `${two(rest / HOUR)}:${two((rest % HOUR) / MINUTE)}:${two((rest % MINUTE) / 1000)}` }
}
