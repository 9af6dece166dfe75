/**
 * The style that is drawn: the server's, plus what only this page knows (hover, selection, hidden layers, the
 * label font). Pure, so switching theme or language is one `setStyle` that MapLibre applies as a difference.
 */
import type { FeatureCollection } from 'geojson'
import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl'
import type { AreaGeometry } from '@/api/types'
import { placed } from './areaNames'
import { LABEL_FONT } from './labelFont'
import type { MapTokens } from './mapTokens'
import { faded } from './opacity'
import { AREA_SOURCES, tierBands, type TierBand } from './tiers'

export const SELECTION = 'selection'
/** Switch of the place names, beside the layer keys that the other switches carry. */
export const LABELS_KEY = 'labels'

const areaKeys = new Set(AREA_SOURCES.map(({ key }) => key))

export interface Overlay {
  tokens: MapTokens
  selection: FeatureCollection
  /** Code of the selected area. */
  chosen?: string | null
  hidden: ReadonlySet<string>
  /** Layers switched on that the server's style leaves off. */
  shown?: ReadonlySet<string>
  /** 0 to 1 by layer; 1 where nothing is said. */
  opacity?: ReadonlyMap<string, number>
  /** Only what lies in the selected area: everything else is covered, marks outside are left out. */
  only?: AreaGeometry | null
  /** What else is drawn: sources of its own, below and above the names. */
  extra?: Extra
}

export interface Extra {
  sources: Record<string, SourceSpecification>
  under: LayerSpecification[]
  over: LayerSpecification[]
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
function selectionLayers(tokens: MapTokens, only: boolean): LayerSpecification[] {
  const outline = { filter: ['==', ['get', 'part'], 'area'] as never, source: SELECTION }
  const round = { 'line-join': 'round', 'line-cap': 'round' } as const
  return [
    {
      id: 'selection-shade',
      type: 'fill',
      source: SELECTION,
      filter: ['==', ['get', 'part'], 'outside'],
      paint: { 'fill-color': only ? tokens.ground : tokens.shade, 'fill-opacity': only ? 0.94 : 1, 'fill-antialias': false },
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

/** What its switch says; undefined leaves what the server's style says. */
function visibility(layer: LayerSpecification, source: string, { hidden, shown }: Overlay): 'visible' | 'none' | undefined {
  if (isHidden(layer, hidden)) return 'none'
  return shown?.has(source) ? 'visible' : undefined
}

function dressed(layer: LayerSpecification, overlay: Overlay): LayerSpecification {
  let copy = structuredClone(layer)
  const source = 'source' in layer ? String(layer.source) : ''
  if (copy.type === 'symbol' && copy.layout?.['text-field']) copy.layout['text-font'] = [LABEL_FONT]
  const seen = visibility(layer, source, overlay)
  if (seen) copy.layout = { ...copy.layout, visibility: seen } as never
  const part = areaKeys.has(source) ? 1 : (overlay.opacity?.get(source) ?? 1)
  if (part < 1) copy = faded(copy, part)
  return overlay.only && copy.type === 'circle' ? within(copy, overlay.only) : copy
}

function within<L extends LayerSpecification>(layer: L, area: AreaGeometry): L {
  const own = 'filter' in layer ? layer.filter : undefined
  const inside = ['within', area]
  return { ...layer, filter: own ? ['all', own, inside] : inside }
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

/** The selected area's name, placed before the others because it comes after them. */
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
  const drawn = style.layers.map((layer) => placed(dressed(layer, overlay), overlay.chosen ?? null))
  const labels = drawn.filter((layer) => layer.type === 'symbol')
  const ground = drawn.filter((layer) => layer.type !== 'symbol')
  const { extra } = overlay
  const rest = { ...style }
  delete rest.glyphs
  return {
    ...rest,
    sources: { ...withKeys(style.sources), [SELECTION]: { type: 'geojson', data: overlay.selection }, ...extra?.sources },
    layers: [
      ...ground,
      ...over,
      ...selectionLayers(overlay.tokens, Boolean(overlay.only)),
      ...(extra?.under ?? []),
      ...labels,
      selectionLabel(overlay.tokens),
      ...(extra?.over ?? []),
    ],
  }
}
