/** Measuring on the map: places one after the other, their length along the ellipsoid's mean sphere, and the area within. */
import type { Feature, FeatureCollection, Position } from 'geojson'

const RADIUS_M = 6371008.8
const radians = (degrees: number): number => (degrees * Math.PI) / 180

export type MeasureKind = 'length' | 'area'

/** Metres between two places on the sphere of the mean radius (within 0.5 % of the ellipsoid). */
export function metresBetween([lon1 = 0, lat1 = 0]: Position, [lon2 = 0, lat2 = 0]: Position): number {
  const [north, east] = [radians(lat2 - lat1) / 2, radians(lon2 - lon1) / 2]
  const h = Math.sin(north) ** 2 + Math.cos(radians(lat1)) * Math.cos(radians(lat2)) * Math.sin(east) ** 2
  return 2 * RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)))
}

export function lengthOf(places: readonly Position[]): number {
  return places.slice(1).reduce((sum, place, at) => sum + metresBetween(places[at]!, place), 0)
}

/** Square metres within the ring of `places` (Chamberlain and Duquette, "Some algorithms for polygons on a sphere", 2007). */
export function areaOf(places: readonly Position[]): number {
  const sum = places.reduce((total, [lon = 0, lat = 0], at) => {
    const [nextLon = 0, nextLat = 0] = places[(at + 1) % places.length]!
    return total + radians(nextLon - lon) * (2 + Math.sin(radians(lat)) + Math.sin(radians(nextLat)))
  }, 0)
  return (Math.abs(sum) * RADIUS_M * RADIUS_M) / 2
}

export function measureShape(kind: MeasureKind, places: readonly Position[]): FeatureCollection {
  const points = places.map((coordinates): Feature => ({ type: 'Feature', geometry: { type: 'Point', coordinates }, properties: {} }))
  const closed = kind === 'area' && places.length > 2
  const path: Feature[] =
    places.length < 2 ? [] : [{ type: 'Feature', geometry: { type: 'LineString', coordinates: closed ? [...places, places[0]!] : [...places] }, properties: {} }]
  const ground: Feature[] = closed
    ? [{ type: 'Feature', geometry: { type: 'Polygon', coordinates: [[...places, places[0]!]] }, properties: {} }]
    : []
  return { type: 'FeatureCollection', features: [...ground, ...path, ...points] }
}
