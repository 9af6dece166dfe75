/**
 * The style that is drawn: the server's, plus what only this page knows (hover, selection, hidden layers, the
 * label font). Pure, so switching theme or language is one `setStyle` that MapLibre applies as a difference.
 */
import type { FeatureCollection } from 'geojson'
import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl'
import { LABEL_FONT } from './labelFont'
import type { MapTokens } from './mapTokens'
import { AREA_SOURCES, tierBands, type TierBand } from './tiers'

export const SELECTION = 'selection'
/** Switch of the place names, beside the layer keys that the other switches carry. */
export const LABELS_KEY = 'labels'

const areaKeys = new Set(AREA_SOURCES.map(({ key }) => key))

export interface Overlay {
  tokens: MapTokens
  selection: FeatureCollection
  hidden: ReadonlySet<string>
}

export const hitLayerId = (key: string): string => `hit-${key}`

/** Draws a tier's area under the pointer, and answers clicks where it is not drawn. */
function hitLayer(band: TierBand, sourceLayer: string | undefined, tokens: MapTokens): LayerSpecification {
  return {
    id: hitLayerId(band.key),
    type: 'fill',
    source: band.key,
    ...(sourceLayer ? { 'source-layer': sourceLayer } : {}),
    minzoom: band.minzoom,
    maxzoom: band.maxzoom,
    paint: {
      'fill-color': tokens.brand,
      'fill-opacity': ['case', ['boolean', ['feature-state', 'hover'], false], 0.22, 0],
      'fill-antialias': false,
    },
  }
}

function hoverLine(band: TierBand, sourceLayer: string | undefined, tokens: MapTokens): LayerSpecification {
  return {
    id: `hover-${band.key}`,
    type: 'line',
    source: band.key,
    ...(sourceLayer ? { 'source-layer': sourceLayer } : {}),
    minzoom: band.minzoom,
    maxzoom: band.maxzoom,
    layout: { 'line-join': 'round' },
    paint: {
      'line-color': tokens.brand,
      'line-width': ['case', ['boolean', ['feature-state', 'hover'], false], 2.5, 0],
    },
  }
}

/** The ground around the selected area darkened, and its outline twice: a casing to stand off from any ground. */
function selectionLayers(tokens: MapTokens): LayerSpecification[] {
  const outline = { filter: ['==', ['get', 'part'], 'area'] as never, source: SELECTION }
  const round = { 'line-join': 'round', 'line-cap': 'round' } as const
  return [
    {
      id: 'selection-shade',
      type: 'fill',
      source: SELECTION,
      filter: ['==', ['get', 'part'], 'outside'],
      paint: { 'fill-color': tokens.shade, 'fill-antialias': false },
    },
    {
      id: 'selection-casing',
      type: 'line',
      ...outline,
      layout: round,
      paint: { 'line-color': tokens.halo, 'line-width': 8, 'line-opacity': 0.9 },
    },
    {
      id: 'selection-line',
      type: 'line',
      ...outline,
      layout: round,
      paint: { 'line-color': tokens.selected, 'line-width': 4 },
    },
  ]
}

function isHidden(layer: LayerSpecification, hidden: ReadonlySet<string>): boolean {
  const source = 'source' in layer ? String(layer.source) : ''
  if (layer.type === 'symbol' && hidden.has(LABELS_KEY)) return true
  return !areaKeys.has(source) && hidden.has(source)
}

function dressed(layer: LayerSpecification, hidden: ReadonlySet<string>): LayerSpecification {
  const copy = structuredClone(layer)
  if (copy.type === 'symbol' && copy.layout?.['text-field']) copy.layout['text-font'] = [LABEL_FONT]
  if (isHidden(layer, hidden)) copy.layout = { ...copy.layout, visibility: 'none' } as never
  return copy
}

function sourceLayerOf(style: StyleSpecification, key: string): string | undefined {
  const layer = style.layers.find((l) => l.type === 'fill' && l.source === key)
  return layer && 'source-layer' in layer ? layer['source-layer'] : undefined
}

function withKeys(sources: Record<string, SourceSpecification>): Record<string, SourceSpecification> {
  const keyed = Object.entries(sources).map(([key, source]) =>
    areaKeys.has(key) ? [key, { ...source, promoteId: 'code' }] : [key, source],
  )
  return Object.fromEntries(keyed) as Record<string, SourceSpecification>
}

/** The selected area's name, placed before all others because it comes last. */
function selectionLabel(tokens: MapTokens): LayerSpecification {
  return {
    id: 'selection-label',
    type: 'symbol',
    source: SELECTION,
    filter: ['==', ['get', 'part'], 'label'],
    layout: { 'text-field': ['get', 'name'], 'text-font': [LABEL_FONT], 'text-size': 19, 'text-max-width': 12 },
    paint: { 'text-color': tokens.selected, 'text-halo-color': tokens.halo, 'text-halo-width': 2 },
  }
}

/** The server's `style` with the page's own layers between its lines and its labels. */
export function composeStyle(style: StyleSpecification, overlay: Overlay): StyleSpecification {
  const bands = tierBands(style)
  const over = bands.flatMap((band) => {
    const sourceLayer = sourceLayerOf(style, band.key)
    return [hitLayer(band, sourceLayer, overlay.tokens), hoverLine(band, sourceLayer, overlay.tokens)]
  })
  const drawn = style.layers.map((layer) => dressed(layer, overlay.hidden))
  const labels = drawn.filter((layer) => layer.type === 'symbol')
  const ground = drawn.filter((layer) => layer.type !== 'symbol')
  const rest = { ...style }
  delete rest.glyphs
  return {
    ...rest,
    sources: { ...withKeys(style.sources), [SELECTION]: { type: 'geojson', data: overlay.selection } },
    layers: [...ground, ...over, ...selectionLayers(overlay.tokens), ...labels, selectionLabel(overlay.tokens)],
  }
}
