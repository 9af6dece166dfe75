/**
 * The address bar as the page's memory: position, zoom, selected area, theme, language, hidden layers, the filters of incidents, a past moment.
 * Reading and writing are pure, so that any view can be reproduced from its address.
 */
import type { Language } from '@/i18n'
import type { Theme } from '@/theme/theme'

export interface View {
  center: [lon: number, lat: number] | null
  zoom: number | null
  code: string | null
  theme: Theme | null
  lang: Language | null
  off: string[]
  /** Layers switched on that are off from the start. */
  on?: string[]
  /** Which incidents are shown, as wall/filters.ts writes it. */
  show?: string
  /** The past moment that is shown, in local time (wall/localTime.ts). */
  replay?: string
}

const CODE = /^[0-9A-Za-z]{1,40}$/

function position(text: string | null): [number, number] | null {
  const [lon, lat, extra] = (text ?? '').split(',').map(Number)
  if (lon === undefined || lat === undefined || extra !== undefined) return null
  if (!(Math.abs(lon) <= 180) || !(Math.abs(lat) <= 85)) return null
  return [lon, lat]
}

function zoomLevel(text: string | null): number | null {
  const zoom = Number(text)
  return text && zoom >= 0 && zoom <= 24 ? zoom : null
}

function oneOf<T extends string>(text: string | null, allowed: readonly T[]): T | null {
  return allowed.find((word) => word === text) ?? null
}

const keys = (text: string | null): string[] => (text ?? '').split(',').filter((key) => /^\w+$/.test(key))

/** The view that a query string describes; anything malformed counts as not given. */
export function readView(query: string): View {
  const params = new URLSearchParams(query)
  const code = params.get('code')
  return {
    center: position(params.get('at')),
    zoom: zoomLevel(params.get('z')),
    code: code && CODE.test(code) ? code : null,
    theme: oneOf(params.get('theme'), ['dark', 'light'] as const),
    lang: oneOf(params.get('lang'), ['zh', 'en'] as const),
    off: keys(params.get('off')),
    ...(params.has('show') ? { show: params.get('show') ?? '' } : {}),
    ...(params.has('replay') ? { replay: params.get('replay') ?? '' } : {}),
    ...(params.has('on') ? { on: keys(params.get('on')) } : {}),
  }
}

/** The query string of a view. Five decimals of a degree are about one metre. */
export function writeView(view: View): string {
  const parts: string[] = []
  if (view.center) parts.push(`at=${view.center.map((v) => v.toFixed(5)).join(',')}`)
  if (view.zoom !== null) parts.push(`z=${Number(view.zoom.toFixed(2))}`)
  if (view.code) parts.push(`code=${view.code}`)
  if (view.theme) parts.push(`theme=${view.theme}`)
  if (view.lang) parts.push(`lang=${view.lang}`)
  if (view.off.length) parts.push(`off=${[...view.off].sort().join(',')}`)
  if (view.on?.length) parts.push(`on=${[...view.on].sort().join(',')}`)
  if (view.show) parts.push(`show=${encodeURIComponent(view.show)}`)
  if (view.replay) parts.push(`replay=${view.replay}`)
  return `?${parts.join('&')}`
}
