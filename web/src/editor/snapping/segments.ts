/** Two segments, or a segment and a point. Positions are [lon, lat]; distances are metres on a plane. */
import type { Position } from 'geojson'
import { canonicalPlace, type Plane } from '../geometry/plane'

export interface Foot {
  place: Position
  distance: number
  /** 0 at the segment's start, 1 at its end. */
  share: number
}

/** The point of the segment a-b nearest to `p`; an end of it is returned as stored. */
export function footOn(a: Position, b: Position, p: Position, { kx, ky }: Plane): Foot {
  const [dx, dy] = [(b[0]! - a[0]!) * kx, (b[1]! - a[1]!) * ky]
  const [px, py] = [(p[0]! - a[0]!) * kx, (p[1]! - a[1]!) * ky]
  const share = Math.max(0, Math.min(1, (px * dx + py * dy) / (dx * dx + dy * dy || 1)))
  const distance = Math.hypot(px - share * dx, py - share * dy)
  if (share === 0 || share === 1) return { place: share ? b : a, distance, share }
  return { place: canonicalPlace([a[0]! + share * (b[0]! - a[0]!), a[1]! + share * (b[1]! - a[1]!)]), distance, share }
}

/** Where along the first (0 to 1) and along the second two segments meet; null where they do not, or run along. */
export function crossingOf(a: Position, b: Position, c: Position, d: Position): { s: number; t: number } | null {
  const [ux, uy] = [b[0]! - a[0]!, b[1]! - a[1]!]
  const [vx, vy] = [d[0]! - c[0]!, d[1]! - c[1]!]
  const across = ux * vy - uy * vx
  if (across === 0) return null
  const [wx, wy] = [c[0]! - a[0]!, c[1]! - a[1]!]
  const s = (wx * vy - wy * vx) / across
  const t = (wx * uy - wy * ux) / across
  return s < 0 || s > 1 || t < 0 || t > 1 ? null : { s, t }
}

/** The point at share `s` of a-b: the stored end where it is one, else rounded to the 8th decimal. */
export function pointAt(a: Position, b: Position, s: number): Position {
  if (s <= 0) return a
  if (s >= 1) return b
  return canonicalPlace([a[0]! + s * (b[0]! - a[0]!), a[1]! + s * (b[1]! - a[1]!)])
}

export const same = (a: Position, b: Position): boolean => a[0] === b[0] && a[1] === b[1]

export const keyOf = (place: Position): string => `${place[0]},${place[1]}`
