/** Reads an import's report without knowing every field of it: its figures, its lists, and the places in them. */
import type { Feature, Geometry } from 'geojson'
import type { UploadReport } from './panelsApi'

/** `text` where the server says it in words; else its plain `facts`. */
export interface ReportRow {
  text: string | null
  facts: [key: string, value: string][]
  place: Geometry | null
}

export interface ReportList {
  key: string
  rows: ReportRow[]
}

const GEOMETRIES = new Set(['Point', 'MultiPoint', 'LineString', 'MultiLineString', 'Polygon', 'MultiPolygon', 'GeometryCollection'])

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

const isPlain = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value) && value !== ''

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

function rowOf(item: unknown): ReportRow {
  if (!isObject(item)) return { text: String(item), facts: [], place: null }
  const place = geometryOf(item)
  const facts = isObject(item.properties) ? item.properties : item
  const said = facts.message ?? facts.sentence ?? facts.text
  if (typeof said === 'string') return { text: said, facts: [], place }
  const shown = Object.entries(facts).filter(([, value]) => isPlain(value) && value !== 0)
  return { text: null, facts: shown.map(([key, value]) => [key, typeof value === 'number' ? String(+value.toFixed(2)) : String(value)]), place }
}

/** The report's plain figures and words, in its own order; of counts only those that count anything. */
export function figuresOf(report: UploadReport): [key: string, value: string][] {
  return Object.entries(report).flatMap(([key, value]): [string, string][] => {
    if (isPlain(value)) return [[key, String(value)]]
    if (key !== 'counts' || !isObject(value)) return []
    return Object.entries(value).flatMap(([name, n]): [string, string][] => (n ? [[name, String(n)]] : []))
  })
}

/** Lists within the items of a list (what was repaired in each village), put together by their names. */
function inner(items: unknown[]): [string, unknown[]][] {
  const found = new Map<string, unknown[]>()
  for (const item of items.filter(isObject)) {
    for (const [key, value] of Object.entries(item)) {
      if (Array.isArray(value) && value.some(isObject)) found.set(key, [...(found.get(key) ?? []), ...value])
    }
  }
  return [...found]
}

/** The report's lists that hold anything: problems, defects, changes. */
export function listsOf(report: UploadReport): ReportList[] {
  return Object.entries(report).flatMap(([key, value]) => {
    const items = itemsOf(value)
    if (!items?.length) return []
    return [[key, items] as [string, unknown[]], ...inner(items)].map(([name, list]) => ({
      key: name,
      rows: list.map(rowOf),
    }))
  })
}

/** Everything in the report that has a place, for the map. */
export function placesOf(report: UploadReport): Feature[] {
  const rows = listsOf(report).flatMap((list) => list.rows)
  return rows.flatMap(({ place }) => (place ? [{ type: 'Feature', geometry: place, properties: {} } as Feature] : []))
}
