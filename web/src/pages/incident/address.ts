/** What the page is asked for, from its address and back: an incident by its number, or a place by its coordinates. */
import type { GivenPlace } from '@/incident/types'

export type Target = { number: string } | { place: GivenPlace } | null

export interface Address {
  target: Target
  embedded: boolean
}

export function readAddress({ pathname, search }: { pathname: string; search: string }): Address {
  const query = new URLSearchParams(search)
  const number = /^\/incidents\/(\d+)\/?$/.exec(pathname)?.[1]
  const [lon, lat] = [query.get('lon'), query.get('lat')]
  const place = lon !== null && lat !== null ? { lon, lat, crs: query.get('crs') ?? '4490' } : null
  return { target: number ? { number } : place && { place }, embedded: query.has('embed') && query.get('embed') !== '0' }
}

/** The address of a target; what else the present one says (embed, theme, lang) is kept. */
export function writeAddress(target: Target, search: string): string {
  const query = new URLSearchParams(search)
  for (const name of ['lon', 'lat', 'crs']) query.delete(name)
  if (target && 'place' in target) for (const [name, value] of Object.entries(target.place)) query.set(name, value)
  const rest = query.size ? `?${query}` : ''
  return target && 'number' in target ? `/incidents/${target.number}${rest}` : `/incidents/${rest}`
}

/** Five decimals of a degree are about a metre. */
export const at = ([lon, lat]: readonly [number, number]): GivenPlace => ({ lon: lon.toFixed(6), lat: lat.toFixed(6), crs: '4490' })
