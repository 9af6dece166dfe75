/** Moving a corner, or pulling a new one out of an edge, in every polygon that has it: by equal coordinates. */
import type { MultiPolygon, Position } from 'geojson'
import { same } from '../snapping/segments'

/** What is taken hold of: a corner, or a place on the edge a-b. */
export type Hold = { at: Position; edge: null } | { at: Position; edge: [Position, Position] }

function movedRing(ring: Position[], { at, edge }: Hold, to: Position): Position[] {
  if (!edge) return ring.map((place) => (same(place, at) ? to : place))
  const [a, b] = edge
  return ring.flatMap((place, i) => {
    const next = ring[i + 1]
    const here = next && ((same(place, a) && same(next, b)) || (same(place, b) && same(next, a)))
    return here ? [place, to] : [place]
  })
}

export function hasHold(geometry: MultiPolygon, { at, edge }: Hold): boolean {
  return geometry.coordinates.some((polygon) =>
    polygon.some((ring) =>
      ring.some((place, i) => {
        if (!edge) return same(place, at)
        const next = ring[i + 1]
        return next !== undefined && ((same(place, edge[0]) && same(next, edge[1])) || (same(place, edge[1]) && same(next, edge[0])))
      }),
    ),
  )
}

/** The polygon with the hold elsewhere; other rings are the same objects. */
export function moved(geometry: MultiPolygon, hold: Hold, to: Position): MultiPolygon {
  return { type: 'MultiPolygon', coordinates: geometry.coordinates.map((polygon) => polygon.map((ring) => movedRing(ring, hold, to))) }
}
