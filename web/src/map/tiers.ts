/** Which tier the map shows at which zoom: read from the server's style, so that it is said in one place only. */
import type { LayerSpecification, StyleSpecification } from 'maplibre-gl'
import type { Tier } from '@/api/types'

/** Finest first: at a zoom where two tiers are filled, a click means the finer one. */
export const AREA_SOURCES: readonly { key: string; tier: Tier }[] = [
  { key: 'microgrids', tier: 'microgrid' },
  { key: 'grids', tier: 'grid' },
  { key: 'villages', tier: 'village' },
  { key: 'towns', tier: 'town' },
  { key: 'counties', tier: 'county' },
  { key: 'cities', tier: 'city' },
  { key: 'provinces', tier: 'province' },
]

export interface TierBand {
  key: string
  tier: Tier
  minzoom: number
  maxzoom: number
}

function sourceOf(layer: LayerSpecification): string | null {
  return 'source' in layer && typeof layer.source === 'string' ? layer.source : null
}

function bandOf(style: StyleSpecification, key: string, tier: Tier): TierBand | null {
  const own = style.layers.filter((layer) => sourceOf(layer) === key)
  if (!own.some((layer) => layer.type === 'fill')) return null
  const names = own.filter((layer) => layer.type === 'symbol')
  const shown = names.length ? names : own.filter((layer) => layer.type === 'fill')
  return {
    key,
    tier,
    minzoom: Math.min(...shown.map((layer) => layer.minzoom ?? 0)),
    maxzoom: Math.max(...shown.map((layer) => layer.maxzoom ?? 24)),
  }
}

/**
 * The zoom bands of the tiers that the style fills, finest first. A tier is the one that is meant while its names
 * are shown: who reads town names means a town. A tier with borders only is drawn, not chosen.
 */
export function tierBands(style: StyleSpecification): TierBand[] {
  return AREA_SOURCES.flatMap(({ key, tier }) => bandOf(style, key, tier) ?? [])
}

/** The finest tier drawn at `zoom`; null where none is. */
export function tierAt(bands: readonly TierBand[], zoom: number): TierBand | null {
  return bands.find((band) => zoom >= band.minzoom && zoom < band.maxzoom) ?? null
}
