/** What the wall draws over the server's map: situation, live incidents, past grids, measured lines. Specifications only. */
import type { FeatureCollection } from 'geojson'
import type { ExpressionSpecification, LayerSpecification, SourceSpecification } from 'maplibre-gl'
import type { Extra } from '@/map/composeStyle'
import { LABEL_FONT } from '@/map/labelFont'
import type { MapTokens } from '@/map/mapTokens'

export type OverlayKey = 'situation' | 'live' | 'past' | 'measure' | 'found'
/** Source of the live incidents: clusters, or one by one. */
export const LIVE = 'live'
/** The same ones by themselves, for the heat map. */
export const HEAT = 'heat'
/** How the live incidents are drawn. */
export type LiveStyle = 'marks' | 'heat' | 'none'
export type OverlayData = Record<OverlayKey, FeatureCollection>

const of = (part: string): ExpressionSpecification => ['==', ['get', 'part'], part]

/** A light by colour and by shape, as components/LightSign.vue draws it, so that it can be read without the colour. */
const SHAPE: ExpressionSpecification = ['match', ['get', 'light'], 'red', '▲', 'yellow', '◆', '●']

const lightColour = (tokens: MapTokens): ExpressionSpecification => [
  'match', ['get', 'light'], 'red', tokens.bad, 'yellow', tokens.warn, tokens.ok,
]

/** Pixels around the sign of a mark that its circle takes up: no name is written there. */
const CLEAR = 7

function text(id: string, source: string, field: unknown, size: number, tokens: MapTokens, more: object = {}): LayerSpecification {
  return {
    id,
    type: 'symbol',
    source,
    layout: { 'text-field': field, 'text-font': [LABEL_FONT], 'text-size': size, ...more },
    paint: { 'text-color': tokens.text, 'text-halo-color': tokens.halo, 'text-halo-width': 1.6 },
  } as LayerSpecification
}

function situation(tokens: MapTokens): { under: LayerSpecification[]; over: LayerSpecification[] } {
  const source = 'situation'
  return {
    under: [
      {
        id: 'situation-way', type: 'line', source, filter: of('way'),
        paint: { 'line-color': tokens.selected, 'line-width': 1.6, 'line-dasharray': [2, 2] },
      },
      {
        id: 'situation-row', type: 'circle', source, filter: of('row'),
        paint: { 'circle-color': ['get', 'colour'], 'circle-radius': 6, 'circle-stroke-color': tokens.halo, 'circle-stroke-width': 1.5 },
      },
      {
        id: 'situation-help', type: 'circle', source, filter: of('help'),
        paint: { 'circle-color': ['get', 'colour'], 'circle-radius': 8, 'circle-stroke-color': tokens.selected, 'circle-stroke-width': 2.5 },
      },
      {
        id: 'situation-incident', type: 'circle', source, filter: of('incident'),
        paint: { 'circle-color': tokens.halo, 'circle-radius': 10, 'circle-stroke-color': lightColour(tokens), 'circle-stroke-width': 2.5 },
      },
    ],
    over: [
      { ...text('situation-row-name', source, ['get', 'name'], 11, tokens, { 'text-offset': [0, 1.1], 'text-anchor': 'top', 'text-optional': true }), filter: of('row'), minzoom: 16 } as LayerSpecification,
      { ...text('situation-help-name', source, ['get', 'name'], 13, tokens, { 'text-offset': [0, 1.1], 'text-anchor': 'top' }), filter: of('help') } as LayerSpecification,
      { ...text('situation-light', source, SHAPE, 13, tokens, { 'text-allow-overlap': true }), filter: of('incident'), paint: { 'text-color': lightColour(tokens) } } as LayerSpecification,
    ],
  }
}

/** Circles below the names, what is written in them above: a name that found no free place stays readable. */
function incidents(tokens: MapTokens): { under: LayerSpecification[]; over: LayerSpecification[] } {
  const source = LIVE
  const single: ExpressionSpecification = ['!', ['has', 'point_count']]
  return {
    under: [
      {
        id: 'live-cluster', type: 'circle', source, filter: ['has', 'point_count'],
        paint: {
          'circle-color': tokens.brand, 'circle-stroke-color': tokens.halo, 'circle-stroke-width': 2,
          'circle-radius': ['interpolate', ['linear'], ['get', 'point_count'], 2, 12, 50, 20, 500, 30],
        },
      },
      {
        id: 'live-ground', type: 'circle', source, filter: single,
        paint: { 'circle-color': tokens.halo, 'circle-radius': 10, 'circle-stroke-color': lightColour(tokens), 'circle-stroke-width': 2.5 },
      },
    ],
    over: [
      {
        ...text('live-cluster-count', source, ['get', 'point_count_abbreviated'], 13, tokens, { 'text-allow-overlap': true, 'text-padding': CLEAR }),
        filter: ['has', 'point_count'], paint: { 'text-color': tokens.halo },
      } as LayerSpecification,
      {
        ...text('live-light', source, SHAPE, 13, tokens, { 'text-allow-overlap': true, 'text-padding': CLEAR }),
        filter: single, paint: { 'text-color': lightColour(tokens) },
      } as LayerSpecification,
    ],
  }
}

/** Where there are many; in the text's colour, as green, amber and red say how urgent something is. */
const heat = (tokens: MapTokens): LayerSpecification => ({
  id: 'live-heat', type: 'heatmap', source: HEAT,
  paint: {
    'heatmap-color': ['interpolate', ['linear'], ['heatmap-density'], 0, 'rgba(0,0,0,0)', 0.35, tokens.brand, 1, tokens.text],
    'heatmap-radius': ['interpolate', ['exponential', 2], ['zoom'], 9, 10, 12, 34, 16, 120],
    'heatmap-intensity': ['interpolate', ['linear'], ['zoom'], 9, 0.6, 14, 1.2],
    'heatmap-opacity': 0.75,
  },
})

function past(tokens: MapTokens): LayerSpecification[] {
  return [
    { id: 'past-line', type: 'line', source: 'past', paint: { 'line-color': tokens.sketch, 'line-width': 2, 'line-dasharray': [3, 1.5] } },
  ]
}

function measured(tokens: MapTokens): LayerSpecification[] {
  const colour = tokens.sketch
  return [
    { id: 'measure-ground', type: 'fill', source: 'measure', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': colour, 'fill-opacity': 0.18 } },
    { id: 'measure-line', type: 'line', source: 'measure', filter: ['==', ['geometry-type'], 'LineString'], paint: { 'line-color': colour, 'line-width': 3 } },
    {
      id: 'measure-point', type: 'circle', source: 'measure', filter: ['==', ['geometry-type'], 'Point'],
      paint: { 'circle-color': tokens.halo, 'circle-radius': 5, 'circle-stroke-color': colour, 'circle-stroke-width': 2.5 },
    },
  ]
}

const found = (tokens: MapTokens): LayerSpecification => ({
  id: 'found-ring', type: 'circle', source: 'found',
  paint: { 'circle-color': 'rgba(0,0,0,0)', 'circle-radius': 15, 'circle-stroke-color': tokens.selected, 'circle-stroke-width': 3 },
})

export function overlays(data: OverlayData, tokens: MapTokens, live: LiveStyle): Extra {
  const plain = (key: OverlayKey): SourceSpecification => ({ type: 'geojson', data: data[key] })
  const around = situation(tokens)
  const marks = live === 'marks' ? incidents(tokens) : { under: [], over: [] }
  return {
    sources: {
      situation: plain('situation'),
      past: plain('past'),
      measure: plain('measure'),
      found: plain('found'),
      [HEAT]: plain('live'),
      live: { type: 'geojson', data: data.live, cluster: true, clusterRadius: 64, clusterMaxZoom: 15 },
    },
    under: [...(live === 'heat' ? [heat(tokens)] : []), ...past(tokens), ...measured(tokens), ...around.under, ...marks.under],
    over: [...around.over, ...marks.over, found(tokens)],
  }
}
