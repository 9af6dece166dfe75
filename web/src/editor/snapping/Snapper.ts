/**
 * What a pointer means: the corner, crossing, border, street or shore beside it. Corners win over crossings,
 * crossings over lines; of lines the nearer, a border before a street that it follows.
 */
import type { Position } from 'geojson'
import type { Box } from '@/api/types'
import { planeAt, type Plane } from '../geometry/plane'
import type { LineIndex, Segment } from './LineIndex'
import { crossingOf, footOn, pointAt } from './segments'

export type SnapKind = 'vertex' | 'fixed' | 'crossing' | 'meeting' | 'border' | 'street' | 'shore'

export interface Snap {
  kind: SnapKind
  place: Position
  /** The street or water, or the grid's code. */
  name: string
  /** Metres from the pointer. */
  distance: number
}

export interface SnapWish {
  /** Leaves out segments: those that are being moved. */
  skip?: (segment: Segment) => boolean
  /** Only these kinds; all where not given. */
  only?: ReadonlySet<SnapKind>
}

/** Metres: what lies this near to a village's border lies on it (coordinates are rounded to a millimetre). */
const ON_LINE = 0.005
/** A border is meant before a street unless the street is this much nearer. */
const BORDER_FIRST = 0.6

export function boxAround([x, y]: Position, metres: number, { kx, ky }: Plane): Box {
  return [x! - metres / kx, y! - metres / ky, x! + metres / kx, y! + metres / ky]
}

export class Snapper {
  constructor(
    private readonly borders: LineIndex,
    private readonly ground: LineIndex,
    private readonly villages: LineIndex,
  ) {}

  /** The best thing within `tolerance` metres of `place`, or null. */
  snap(place: Position, tolerance: number, wish: SnapWish = {}): Snap | null {
    const plane = planeAt(place[1]!)
    const box = boxAround(place, tolerance, plane)
    const reached = ({ a, b }: Segment): boolean => footOn(a, b, place, plane).distance <= tolerance
    // Seen from afar the box holds a quarter of a town: only what is in reach is crossed with each other.
    const borders = this.borders.in(box).filter((segment) => reached(segment) && !wish.skip?.(segment))
    const ground = this.ground.in(box).filter(reached)
    const found = [
      ...this.corners(borders, place, plane),
      ...crossings(ground, ground, 'crossing', place, plane),
      ...crossings(ground, borders, 'meeting', place, plane),
      ...lines([...borders, ...ground], place, plane),
    ]
    return best(found.filter(({ kind, distance }) => distance <= tolerance && (!wish.only || wish.only.has(kind))))
  }

  private corners(borders: Segment[], place: Position, plane: Plane): Snap[] {
    let nearest: Snap | null = null
    for (const { a, b, owner } of borders) {
      for (const corner of [a, b]) {
        const distance = Math.hypot((corner[0]! - place[0]!) * plane.kx, (corner[1]! - place[1]!) * plane.ky)
        if (!nearest || distance < nearest.distance) nearest = { kind: 'vertex', place: corner, name: owner, distance }
      }
    }
    if (!nearest) return []
    return [{ ...nearest, kind: this.isFixed(nearest.place) ? 'fixed' : 'vertex' }]
  }

  /** Whether a place is on the border of a village, which no plan moves. */
  isFixed(place: Position): boolean {
    const plane = planeAt(place[1]!)
    const near = this.villages.in(boxAround(place, ON_LINE, plane))
    return near.some(({ a, b }) => footOn(a, b, place, plane).distance <= ON_LINE)
  }
}

function lines(segments: Segment[], place: Position, plane: Plane): Snap[] {
  const nearest = new Map<SnapKind, Snap>()
  for (const { a, b, kind, name, owner } of segments) {
    const { place: foot, distance } = footOn(a, b, place, plane)
    const as = kind === 'border' || kind === 'village' ? 'border' : kind
    if (distance < (nearest.get(as)?.distance ?? Infinity)) {
      nearest.set(as, { kind: as, place: foot, name: as === 'border' ? owner : name, distance })
    }
  }
  return [...nearest.values()]
}

function crossings(first: Segment[], second: Segment[], kind: 'crossing' | 'meeting', place: Position, plane: Plane): Snap[] {
  let nearest: Snap | null = null
  for (const one of first) {
    for (const other of second) {
      const point = meetingPlace(one, other)
      if (!point) continue
      const distance = Math.hypot((point[0]! - place[0]!) * plane.kx, (point[1]! - place[1]!) * plane.ky)
      if (distance < (nearest?.distance ?? Infinity)) nearest = { kind, place: point, name: one.name, distance }
    }
  }
  return nearest ? [nearest] : []
}

/** Where two lines meet; a street that merely goes on under another number meets nothing. */
function meetingPlace(one: Segment, other: Segment): Position | null {
  if (one.owner === other.owner) return null
  const at = crossingOf(one.a, one.b, other.a, other.b)
  if (!at) return null
  const goesOn = one.kind === other.kind && one.name === other.name && isEnd(at.s) && isEnd(at.t)
  return goesOn && one.kind !== 'border' ? null : pointAt(one.a, one.b, at.s)
}

const isEnd = (share: number): boolean => share === 0 || share === 1

const RANK: Record<SnapKind, number> = { vertex: 0, fixed: 0, meeting: 1, crossing: 1, border: 2, street: 2, shore: 2 }

const weighed = ({ kind, distance }: Snap): number => (kind === 'border' ? distance * BORDER_FIRST : distance)

function best(found: Snap[]): Snap | null {
  const sorted = found.sort((a, b) => RANK[a.kind] - RANK[b.kind] || weighed(a) - weighed(b))
  return sorted[0] ?? null
}

