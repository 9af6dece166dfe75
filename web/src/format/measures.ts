/** Numbers as people read them: areas, distances, coordinates, times (China's, wherever the screen stands). */
import { t } from '@/i18n'

const ZONE = 'Asia/Shanghai'

const grouped = (value: number, digits: number, locale: string): string =>
  new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)

export function formatCount(value: number, locale: string): string {
  return grouped(value, 0, locale)
}

/** A part of one as per cent with one decimal; a dash where there is nothing to have a part of. */
export const formatPercent = (part: number | null | undefined): string => (part === null || part === undefined ? '—' : `${(part * 100).toFixed(1)}%`)

/** Square metres below one square kilometre, square kilometres from there on. */
export function formatArea(m2: number, locale: string): { value: string; unit: string } {
  if (m2 < 1e6) return { value: grouped(m2, 0, locale), unit: t('unit.m2') }
  const km2 = m2 / 1e6
  return { value: grouped(km2, km2 < 100 ? 2 : 0, locale), unit: t('unit.km2') }
}

export function formatDistance(metres: number): string {
  return metres < 1000 ? `${metres} ${t('unit.m')}` : `${metres / 1000} ${t('unit.km')}`
}

/** Degrees with five places, about a metre; the hemisphere is said by letters. */
export function formatPosition([lon, lat]: [number, number]): string {
  const east = `${Math.abs(lon).toFixed(5)}°${lon < 0 ? 'W' : 'E'}`
  const north = `${Math.abs(lat).toFixed(5)}°${lat < 0 ? 'S' : 'N'}`
  return `${east}  ${north}`
}

export function formatTime(time: Date, locale: string, seconds = false): string {
  const options: Intl.DateTimeFormatOptions = { timeZone: ZONE, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
  return new Intl.DateTimeFormat(locale, seconds ? { ...options, second: '2-digit' } : options).format(time)
}

export function formatDate(time: Date, locale: string): string {
  const month = locale === 'en' ? 'short' : 'long'
  return new Intl.DateTimeFormat(locale, { timeZone: ZONE, year: 'numeric', month, day: 'numeric' }).format(time)
}

/** The day without its year. */
export function formatDay(time: Date, locale: string): string {
  return new Intl.DateTimeFormat(locale, { timeZone: ZONE, month: locale === 'en' ? 'short' : 'long', day: 'numeric' }).format(time)
}

/** The minute alone of what is of today; else its day too, and of another year that as well. */
export function formatWhen(time: Date, now: Date, locale: string): string {
  if (formatDate(time, locale) === formatDate(now, locale)) return formatTime(time, locale)
  const year = (at: Date): string => new Intl.DateTimeFormat('en', { timeZone: ZONE, year: 'numeric' }).format(at)
  return year(time) === year(now) ? `${formatDay(time, locale)} ${formatTime(time, locale)}` : formatMoment(time, locale)
}

/** Day and minute. */
export const formatMoment = (time: Date, locale: string): string => `${formatDate(time, locale)} ${formatTime(time, locale)}`

export function formatWeekday(time: Date, locale: string): string {
  return new Intl.DateTimeFormat(locale, { timeZone: ZONE, weekday: locale === 'en' ? 'short' : 'long' }).format(time)
}

/** A code in groups as it is built up: 6 + 3 + 3 + 3 + 2 digits. Other codes stay as they are. */
export function groupCode(code: string): string[] {
  if (!/^\d{9,17}$/.test(code)) return [code]
  const groups = [code.slice(0, 6)]
  for (let at = 6; at < code.length; at += 3) groups.push(code.slice(at, at + 3))
  return groups
}
