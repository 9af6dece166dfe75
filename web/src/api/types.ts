/** What the REST API answers, as far as the pages use it. Coordinates are [lon, lat] in EPSG:4490. */
import type { Feature, FeatureCollection, MultiPolygon, Polygon } from 'geojson'

/** A text in both languages, as layers and situations carry it. */
export interface Words {
  zh: string
  en: string
}

export const TIERS = ['province', 'city', 'county', 'town', 'village', 'grid', 'microgrid'] as const
export type Tier = (typeof TIERS)[number]
export type Kind = 'general' | 'special'
export type Box = [west: number, south: number, east: number, north: number]

export interface TierSummary {
  tier: Tier
  title_zh: string
  title_en: string
  count: number
  layer: string
}

export interface District {
  code: string
  name: string
  name_en: string
  bbox: Box
  center: [number, number]
  tiers: TierSummary[]
  sample: boolean
}

export interface AreaRef {
  code: string
  name: string
  tier: Tier
  kind: Kind
}

export interface AreaProperties extends AreaRef {
  parent_code: string | null
  area_m2: number
  valid_from: string
  valid_to: string | null
  attributes: Record<string, unknown>
}

export interface AreaDetailProperties extends AreaProperties {
  children: AreaRef[]
  neighbours: AreaRef[]
  ancestors: AreaRef[]
  bbox: Box
  centre: [number, number]
  bounds_description: { east: string; south: string; west: string; north: string; text: string }
}

export type AreaGeometry = Polygon | MultiPolygon
export type AreaDetail = Feature<AreaGeometry, AreaDetailProperties>
export type AreaPage = FeatureCollection<AreaGeometry | null, AreaProperties> & { next: string | null }
