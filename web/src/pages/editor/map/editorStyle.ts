/**
 * The style of the editor's map: the server's ground, the live coverage grey, and over it the plan. Pure, so
 * that switching theme or language is one `setStyle`.
 */
import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl'
import { LABEL_FONT } from '@/map/labelFont'
import { AREA_SOURCES } from '@/map/tiers'
import { draftLayers, draftNames } from './draftLayers'
import { editLayers, pinLayers } from './editLayers'
import type { EditorTokens } from './editorTokens'

/** Sources whose data the editor gives, in the order in which they are made. */
export const OWN_SOURCES = ['draft', 'names', 'villages-of-plan', 'changes', 'live', 'sketch', 'handles', 'overlay', 'defects', 'pins'] as const
export type OwnSource = (typeof OWN_SOURCES)[number]

const KEYED: ReadonlySet<string> = new Set(['draft', 'names', 'live'])
const areaKeys = new Set(AREA_SOURCES.map(({ key }) => key))
/** Borders above the grids stay as they are: they tell where a plan may not go. */
const KEPT_BORDERS = new Set(['villages', 'towns', 'counties'])
const LIVE_FROM = 12

function sourceOf(layer: LayerSpecification): string {
  return 'source' in layer ? String(layer.source) : ''
}

function kept(layer: LayerSpecification): boolean {
  const source = sourceOf(layer)
  if (!areaKeys.has(source)) return true
  if (layer.type === 'symbol') return source !== 'grids' && source !== 'microgrids'
  return layer.type === 'line' && KEPT_BORDERS.has(source)
}

function dressed(layer: LayerSpecification): LayerSpecification {
  const copy = structuredClone(layer)
  if (copy.type === 'symbol' && copy.layout?.['text-field']) copy.layout['text-font'] = [LABEL_FONT]
  return copy
}

/** The borders that hold today: behind the draft, or before it (`strong`) to compare. */
export function liveLine(style: StyleSpecification, tokens: EditorTokens, strong: boolean): LayerSpecification[] {
  const layer = style.layers.find((one) => sourceOf(one) === 'grids' && one.type === 'line')
  if (!layer || !('source-layer' in layer)) return []
  return [
    {
      id: 'live-line',
      type: 'line',
      source: 'grids',
      'source-layer': layer['source-layer']!,
      minzoom: LIVE_FROM,
      layout: { 'line-join': 'round' },
      paint: strong
        ? { 'line-color': tokens.sketch, 'line-width': 2, 'line-dasharray': [4, 2] }
        : { 'line-color': tokens.live, 'line-width': ['interpolate', ['linear'], ['zoom'], 12, 1.5, 15, 4, 18, 6], 'line-opacity': 0.45 },
    },
  ]
}

const empty = { type: 'FeatureCollection' as const, features: [] }

function ownSources(data: ReadonlyMap<OwnSource, GeoJSON.FeatureCollection>): Record<string, SourceSpecification> {
  const made = OWN_SOURCES.map((key): [string, SourceSpecification] => [
    key,
    {
      type: 'geojson',
      data: data.get(key) ?? empty,
      // Exact to the pixel at every zoom: a border that is worked on must not be simplified away.
      tolerance: key === 'draft' ? 0.2 : 0,
      ...(KEYED.has(key) ? { promoteId: 'code' } : {}),
    },
  ])
  return Object.fromEntries(made)
}

export interface EditorLook {
  tokens: EditorTokens
  /** Live borders over the draft, to compare. */
  overlayLive: boolean
  data: ReadonlyMap<OwnSource, GeoJSON.FeatureCollection>
}

export function editorStyle(server: StyleSpecification, { tokens, overlayLive, data }: EditorLook): StyleSpecification {
  const shown = server.layers.filter(kept).map(dressed)
  const labels = shown.filter((layer) => layer.type === 'symbol')
  const ground = shown.filter((layer) => layer.type !== 'symbol')
  const rest = { ...server }
  delete rest.glyphs
  const live = liveLine(server, tokens, overlayLive)
  return {
    ...rest,
    sources: { ...server.sources, ...ownSources(data) },
    layers: [
      ...ground,
      ...(overlayLive ? [] : live),
      ...draftLayers(tokens),
      ...(overlayLive ? live : []),
      ...labels,
      ...draftNames(tokens),
      ...editLayers(tokens),
      ...pinLayers(tokens),
    ],
  }
}

/** The live coverage alone, for the other half of a swipe. */
export function liveStyle(server: StyleSpecification): StyleSpecification {
  const rest = { ...server }
  delete rest.glyphs
  return { ...rest, layers: server.layers.map(dressed) }
}
