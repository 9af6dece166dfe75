/** The selected area as the selection source wants it: the area, and everything outside it. */
import type { FeatureCollection, Polygon, Position } from 'geojson'
import type { AreaDetail, AreaGeometry } from '@/api/types'

export const NOTHING: FeatureCollection = { type: 'FeatureCollection', features: [] }

const WORLD: Position[] = [
  [-180, -85],
  [180, -85],
  [180, 85],
  [-180, 85],
  [-180, -85],
]

function rings(geometry: AreaGeometry): { shells: Position[][]; holes: Position[][] } {
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  return { shells: polygons.flatMap((p) => p.slice(0, 1)), holes: polygons.flatMap((p) => p.slice(1)) }
}

/** Features with `part` = "area", "label" or "outside"; what lies in a hole of the area is outside too. */
export function selectionShape(area: AreaDetail | null): FeatureCollection {
  if (!area) return NOTHING
  const { geometry, properties } = area
  const { shells, holes } = rings(geometry)
  const outside: Polygon[] = [WORLD, ...holes].map((shell, index) => ({
    type: 'Polygon',
    coordinates: index === 0 ? [shell, ...shells] : [shell],
  }))
  return {
    type: 'FeatureCollection',
    features: [
      { type: 'Feature', geometry, properties: { part: 'area' } },
      {
        type: 'Feature',
        geometry: { type: 'Point', coordinates: properties.centre },
        properties: { part: 'label', name: properties.name },
      },
      ...outside.map((g) => ({ type: 'Feature' as const, geometry: g, properties: { part: 'outside' } })),
    ],
  }
}
