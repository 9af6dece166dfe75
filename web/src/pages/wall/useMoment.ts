/** A moment of a recorded day stands in for now on the map and in the list; what it passes by pulses. */
import { ref, type Ref, type ShallowRef } from 'vue'
import { dayAfter, startOf } from '@/wall/localTime'
import { changesIn, openAt, reportedIn, type Recording } from '@/wall/replay'
import type { Live } from './useLive'
import { usePulse } from './usePulse'
import type { WallMap } from './useWallMap'

export interface Moment {
  at: Ref<number>
  /** Goes there, or as near as the day comes; whether the day goes on after it. */
  move(to: number): boolean
  /** Shows the moment of a day that has just been read. */
  show(): void
}

/** So long a report counts as just made; what is passed by in longer leaps does not pulse. */
const JUST_MS = 15 * 60_000
const SECOND_MS = 1000

/** The last second of the day, or as far as the day had come. */
export const endOf = ({ day, since, until }: Recording): number => Math.max(since, Math.min(until, startOf(dayAfter(day)) - SECOND_MS))

export function useMoment(wall: WallMap, live: Live, recording: ShallowRef<Recording | null>): Moment {
  const at = ref(0)
  const pulse = usePulse(wall)

  function put(told: Recording): void {
    const fresh = new Set(reportedIn(told, at.value - JUST_MS, at.value))
    live.past.value = { moment: at.value, area: told.area, incidents: openAt(told, at.value), fresh }
  }

  function pulseThose(numbers: Set<string>): void {
    for (const { number, lon, lat } of live.shown.value) if (numbers.has(number)) pulse(number, [lon, lat])
  }

  function move(to: number): boolean {
    const told = recording.value
    if (!told) return false
    const before = at.value
    at.value = Math.max(told.since, Math.min(to, endOf(told)))
    const onwards = before <= at.value
    if (!onwards || changesIn(told, before, at.value)) put(told)
    if (onwards && at.value - before <= JUST_MS) pulseThose(new Set(reportedIn(told, before, at.value)))
    return at.value < endOf(told)
  }

  function show(): void {
    const told = recording.value
    if (!told) return
    at.value = Math.min(at.value, endOf(told))
    put(told)
  }

  return { at, move, show }
}
