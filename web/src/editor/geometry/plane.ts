/**
 * A flat plane in metres around one latitude: good to a few parts in ten thousand over a town, and fast. What
 * must be exact is never computed here: stored coordinates go back to the server as they came.
 */
import type { Position } from 'geojson'

// GRS80, the ellipsoid of EPSG:4490.
const A = 6_378_137
const E2 = 0.00669438002290

export interface Plane {
  /** Metres of a degree of longitude and of latitude. */
  kx: number
  ky: number
}

export function planeAt(lat: number): Plane {
  const phi = (lat * Math.PI) / 180
  const w = 1 - E2 * Math.sin(phi) ** 2
  const metre = Math.PI / 180
  return { kx: (A * Math.cos(phi) * metre) / Math.sqrt(w), ky: (A * (1 - E2) * metre) / w ** 1.5 }
}

/** The nearest value with 8 decimals, as coordinates are stored. */
export const canonical = (value: number): number => Math.round(value * 1e8) / 1e8

export const canonicalPlace = ([lon, lat]: Position): Position => [canonical(lon!), canonical(lat!)]

export function distance(a: Position, b: Position, plane: Plane): number {
  return Math.hypot((a[0]! - b[0]!) * plane.kx, (a[1]! - b[1]!) * plane.ky)
}

/** Square metres of a closed ring, positive whichever way it turns. */
export function ringArea(ring: Position[], plane: Plane): number {
  const [x0, y0] = ring[0] as [number, number]
  let twice = 0
  for (let i = 1; i < ring.length; i += 1) {
    const [ax, ay] = ring[i - 1] as [number, number]
    const [bx, by] = ring[i] as [number, number]
    twice += (ax - x0) * (by - y0) - (bx - x0) * (ay - y0)
  }
  return Math.abs(twice / 2) * plane.kx * plane.ky
}

export function lineLength(line: Position[], plane: Plane): number {
  let sum = 0
  for (let i = 1; i < line.length; i += 1) sum += distance(line[i - 1]!, line[i]!, plane)
  return sum
}
