/** Reads an import's report without knowing every field of it: its figures, its lists, and the places in them. */
import type { Feature, Geometry } from 'geojson'
import type { UploadReport } from './panelsApi'

export interface ReportRow {
  text: string
  place: Geometry | null
}

export interface ReportList {
  key: string
  rows: ReportRow[]
}

const GEOMETRIES = new Set(['Point', 'MultiPoint', 'LineString', 'MultiLineString', 'Polygon', 'MultiPolygon', 'GeometryCollection'])

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

function geometryOf(value: unknown): Geometry | null {
  if (!isObject(value)) return null
  if (typeof value.type === 'string' && GEOMETRIES.has(value.type)) return value as unknown as Geometry
  return geometryOf(value.geometry) ?? geometryOf(value.geom) ?? geometryOf(value.place)
}

/** The items of a list: an array, or the features of a collection. */
function itemsOf(value: unknown): unknown[] | null {
  if (Array.isArray(value)) return value
  if (isObject(value) && Array.isArray(value.features)) return value.features
  return null
}

function sentence(item: unknown): string {
  if (!isObject(item)) return String(item)
  const facts = isObject(item.properties) ? item.properties : item
  const said = facts.message ?? facts.sentence ?? facts.text
  if (typeof said === 'string') return said
  const shown = Object.entries(facts).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
  return shown.map(([key, value]) => `${key} ${String(value)}`).join(' · ')
}

/** The report's plain figures and words, in its own order. */
export function figuresOf(report: UploadReport): [key: string, value: string][] {
  return Object.entries(report)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value) && value !== '')
    .map(([key, value]) => [key, String(value)])
}

/** The report's lists that hold anything: problems, defects, changes. */
export function listsOf(report: UploadReport): ReportList[] {
  return Object.entries(report).flatMap(([key, value]) => {
    const items = itemsOf(value)
    if (!items?.length) return []
    return [{ key, rows: items.map((item) => ({ text: sentence(item), place: geometryOf(item) })) }]
  })
}

/** Everything in the report that has a place, for the map. */
export function placesOf(report: UploadReport): Feature[] {
  const rows = listsOf(report).flatMap((list) => list.rows)
  return rows.flatMap(({ text, place }) => (place ? [{ type: 'Feature', geometry: place, properties: { text } } as Feature] : []))
}
