/**
 * The style of the place's map: the server's ground and areas, and over them what is around the place. Pure, but for
 * the tokens that it is given.
 */
import type { FeatureCollection } from 'geojson'
import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl'
import { LABEL_FONT } from '@/map/labelFont'
import { AREA_SOURCES } from '@/map/tiers'
import { GROUND as MARK_GROUND } from './marks'

export const OWN = ['grid', 'around', 'place', 'focus'] as const
export type Own = (typeof OWN)[number]
export type OwnData = Record<Own, FeatureCollection>

export interface PlaceTokens {
  brand: string
  halo: string
  selected: string
  text: string
  surface: string
}

const GROUND = new Set(['landuse', 'water', 'buildings', 'roads', ...AREA_SOURCES.map(({ key }) => key)])
/** Layers that answer a click, the uppermost first. */
export const TOUCHED = ['near-incident', 'help-mark', 'row-mark'] as const

export function readPlaceTokens(): PlaceTokens {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return { brand: token('brand'), halo: token('map-halo'), selected: token('map-selected'), text: token('text'), surface: token('surface') }
}

function ground(style: StyleSpecification): LayerSpecification[] {
  const kept = style.layers.filter((layer) => !('source' in layer) || GROUND.has(String(layer.source)))
  return kept.map((layer) => {
    const copy = structuredClone(layer)
    if (copy.type === 'symbol' && copy.layout?.['text-field']) copy.layout['text-font'] = [LABEL_FONT]
    return copy
  })
}

const part = (name: string): never => ['==', ['get', 'part'], name] as never
const words = { 'text-font': [LABEL_FONT], 'text-max-width': 9 }

function underneath({ brand, halo, selected }: PlaceTokens): LayerSpecification[] {
  return [
    { id: 'grid-fill', type: 'fill', source: 'grid', paint: { 'fill-color': brand, 'fill-opacity': 0.07 } },
    { id: 'grid-casing', type: 'line', source: 'grid', layout: { 'line-join': 'round' }, paint: { 'line-color': halo, 'line-width': 6, 'line-opacity': 0.8 } },
    { id: 'grid-line', type: 'line', source: 'grid', layout: { 'line-join': 'round' }, paint: { 'line-color': selected, 'line-width': 2.5 } },
    {
      id: 'focus-way', type: 'line', source: 'focus', filter: part('way'), layout: { 'line-cap': 'round' },
      paint: { 'line-color': brand, 'line-width': 2.5, 'line-dasharray': [1.5, 1.5] },
    },
  ]
}

/** Below the marks, and so placed after them: a name goes to a side of its mark where it covers no other mark, the nearest first. */
function helpNames({ halo, text }: PlaceTokens): LayerSpecification {
  return {
    id: 'help-name', type: 'symbol', source: 'around', filter: part('help'), minzoom: 14.5,
    layout: {
      ...words, 'text-field': ['get', 'name'], 'text-size': 12, 'text-justify': 'auto', 'symbol-sort-key': ['get', 'metres'],
      'text-variable-anchor': ['top', 'bottom', 'left', 'right', 'top-left', 'top-right', 'bottom-left', 'bottom-right'], 'text-radial-offset': 1.35,
    },
    paint: { 'text-color': text, 'text-halo-color': halo, 'text-halo-width': 1.5 },
  }
}

/**
 * Marks always show, and keep every name off their ground. Circles keep nothing off: a symbol over each does it for them.
 * Where rings cover one another the nearest thing is on top, and the others' signs are not written over it.
 */
function marks({ halo, surface, text }: PlaceTokens): LayerSpecification[] {
  return [
    {
      id: 'row-mark', type: 'circle', source: 'around', filter: part('row'),
      paint: { 'circle-radius': 4.5, 'circle-color': ['get', 'colour'], 'circle-stroke-color': halo, 'circle-stroke-width': 1.2 },
    },
    {
      id: 'row-ground', type: 'symbol', source: 'around', filter: part('row'),
      layout: { 'icon-image': MARK_GROUND.dot, 'icon-allow-overlap': true },
    },
    {
      id: 'help-mark', type: 'circle', source: 'around', filter: part('help'), layout: { 'circle-sort-key': ['-', ['get', 'metres']] },
      paint: { 'circle-radius': 11, 'circle-color': surface, 'circle-stroke-color': ['get', 'colour'], 'circle-stroke-width': 2.5 },
    },
    {
      id: 'help-ground', type: 'symbol', source: 'around', filter: part('help'),
      layout: { 'icon-image': MARK_GROUND.ring, 'icon-allow-overlap': true },
    },
    {
      id: 'help-sign', type: 'symbol', source: 'around', filter: part('help'),
      layout: { ...words, 'text-field': ['get', 'sign'], 'text-size': 12, 'text-padding': 1, 'symbol-sort-key': ['get', 'metres'] },
      paint: { 'text-color': text },
    },
    {
      id: 'near-incident', type: 'symbol', source: 'around', filter: part('incident'),
      layout: { 'icon-image': ['get', 'icon'], 'icon-allow-overlap': true },
    },
  ]
}

function pointedAt({ halo, text, brand }: PlaceTokens): LayerSpecification[] {
  return [
    {
      id: 'focus-ring', type: 'circle', source: 'focus', filter: part('ring'),
      paint: { 'circle-radius': 17, 'circle-opacity': 0, 'circle-stroke-color': brand, 'circle-stroke-width': 3.5 },
    },
    {
      id: 'focus-name', type: 'symbol', source: 'focus', filter: part('ring'),
      layout: { ...words, 'text-field': ['get', 'name'], 'text-size': 14, 'text-anchor': 'bottom', 'text-offset': [0, -1.5], 'text-allow-overlap': true },
      paint: { 'text-color': text, 'text-halo-color': halo, 'text-halo-width': 2 },
    },
    {
      id: 'place-pin', type: 'symbol', source: 'place',
      layout: { 'icon-image': ['get', 'icon'], 'icon-anchor': 'bottom', 'icon-allow-overlap': true },
    },
  ]
}

export function placeStyle(style: StyleSpecification, data: OwnData, tokens: PlaceTokens): StyleSpecification {
  const base = ground(style)
  const sources: Record<string, SourceSpecification> = {}
  for (const [key, source] of Object.entries(style.sources)) if (GROUND.has(key)) sources[key] = source
  for (const key of OWN) sources[key] = { type: 'geojson', data: data[key] }
  const labels = base.filter((layer) => layer.type === 'symbol')
  const rest = { ...style }
  delete rest.glyphs
  return {
    ...rest,
    sources,
    layers: [...base.filter((layer) => layer.type !== 'symbol'), ...underneath(tokens), ...labels, helpNames(tokens), ...marks(tokens), ...pointedAt(tokens)],
  }
}
