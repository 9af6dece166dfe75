/** The situation of an area or a place, as the server tells it, and how it is drawn on the map. */
import type { Feature, FeatureCollection, Point } from 'geojson'
import { getJson } from '@/api/client'
import { formatDistance } from '@/format/measures'
import type { Counted, Drawn, Help, Light, NearIncident, Post } from '@/incident/types'
import type { Theme } from '@/theme/theme'
import type { Words } from '@/api/types'

/** Of an area, or of a place. */
export interface Situation {
  area?: { code: string; name: string; tier: string; lon: number; lat: number }
  place?: { lon: number; lat: number; radius_m: number }
  areas?: { code: string; name: string; tier: string }[]
  counts: Counted[]
  people: { buildings: number; households: number; residents: number; residents_60_79: number; residents_80_up: number }
  staff: Post[] | null
  help: Help[]
  incidents: { open: number; lights: Record<Light, number>; listed: NearIncident[] } | null
  features: FeatureCollection<Point, Drawn>
}

export const getSituation = (code: string): Promise<Situation> =>
  getJson<Situation>(`/api/v1/areas/${encodeURIComponent(code)}/situation/`)

export const roundMetres = (metres: number): string =>
  formatDistance(metres < 1000 ? Math.round(metres / 10) * 10 : Math.round(metres / 100) * 100)

/** Marks with the colour of the theme and their words, and a line to each help. */
export function situationShape(situation: Situation | null, theme: Theme, lang: keyof Words): FeatureCollection {
  if (!situation) return { type: 'FeatureCollection', features: [] }
  const from = situation.area ?? situation.place
  const marks = situation.features.features.map((feature): Feature => mark(feature, theme, lang))
  const lines = from ? situation.help.map((help): Feature => way([from.lon, from.lat], help)) : []
  return { type: 'FeatureCollection', features: [...lines, ...marks] }
}

function mark({ geometry, properties }: Feature<Point, Drawn>, theme: Theme, lang: keyof Words): Feature {
  const { part, layer, id, name, title, colour, metres, number, light } = properties
  const words = part === 'help' ? `${name ?? ''} ${roundMetres(metres ?? 0)}` : (name ?? '')
  return {
    type: 'Feature',
    geometry,
    properties: { part, layer, id, name: words, title: title?.[lang] ?? '', colour: colour?.[theme] ?? '', number, light },
  }
}

const way = (from: [number, number], help: Help): Feature => ({
  type: 'Feature',
  geometry: { type: 'LineString', coordinates: [from, [help.lon, help.lat]] },
  properties: { part: 'way' },
})
