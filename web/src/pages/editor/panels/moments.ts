/** Times as the panels show them: short, China's. */
import { formatDate, formatTime } from '@/format/measures'
import { locale } from '@/i18n'

/** Today's time alone; else date and time. */
export function shortMoment(iso: string, now = new Date()): string {
  const time = new Date(iso)
  const day = (one: Date): string => formatDate(one, locale.value)
  const clock = formatTime(time, locale.value)
  return day(time) === day(now) ? clock : `${day(time)} ${clock}`
}
