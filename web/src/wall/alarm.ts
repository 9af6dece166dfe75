/** When the wall calls out: which incidents, chosen by each user for this browser. */
import type { Incident, Told } from './incidents'

export const ALARMS = ['off', 'red', 'urgent', 'all'] as const
export type Alarm = (typeof ALARMS)[number]

const key = (user: string): string => `wangge.alarm.${user}`
const pressing = (urgency: string): boolean => urgency === 'urgent' || urgency === 'emergency'

/** Whether this is the moment to call: it is new, or has just become what is chosen. `before` is what was known of it. */
export function calls(alarm: Alarm, told: Told, before: Incident | undefined): boolean {
  if (!told.is_open) return false
  if (alarm === 'all') return told.change === 'reported' && !before
  if (alarm === 'red') return told.light === 'red' && before?.light !== 'red'
  return alarm === 'urgent' && pressing(told.urgency) && !(before && pressing(before.urgency))
}

/** Off unless chosen otherwise; a locked-down browser may refuse storage. */
export function loadAlarm(user: string): Alarm {
  try {
    return ALARMS.find((one) => one === localStorage.getItem(key(user))) ?? 'off'
  } catch {
    return 'off'
  }
}

export function saveAlarm(user: string, alarm: Alarm): void {
  try {
    localStorage.setItem(key(user), alarm)
  } catch {
    // The choice then lasts as long as the page.
  }
}
