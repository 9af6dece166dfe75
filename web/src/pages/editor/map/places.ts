/** Where any geometry is: a box to look at, a point to pin something to. */
import type { Feature, Geometry, MultiPolygon, Point, Position } from 'geojson'
import type { Box } from '@/api/types'
import { boxOf, innerPoint } from '@/editor/geometry/polygons'

/** Degrees around a single point: about 60 m. */
const AROUND = 0.0006

export function positionsOf(geometry: Geometry): Position[] {
  if (geometry.type === 'GeometryCollection') return geometry.geometries.flatMap(positionsOf)
  const flat = (part: unknown): Position[] =>
    Array.isArray(part) && typeof part[0] === 'number' ? [part as Position] : (part as unknown[]).flatMap(flat)
  return flat(geometry.coordinates)
}

export function placeBox(geometry: Geometry): Box {
  const [west, south, east, north] = boxOf([positionsOf(geometry)])
  return [west - AROUND, south - AROUND, east + AROUND, north + AROUND]
}

function middle(geometry: Geometry): Position {
  if (geometry.type === 'MultiPolygon') return innerPoint(geometry)
  if (geometry.type === 'Polygon') return innerPoint({ type: 'MultiPolygon', coordinates: [geometry.coordinates] } as MultiPolygon)
  const positions = positionsOf(geometry)
  return positions[Math.floor(positions.length / 2)] ?? [0, 0]
}

export function placePoint(geometry: Geometry, properties: Record<string, unknown>): Feature<Point> {
  return { type: 'Feature', geometry: { type: 'Point', coordinates: middle(geometry) }, properties }
}
