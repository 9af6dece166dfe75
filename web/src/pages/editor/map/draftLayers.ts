/** How the plan's grids are drawn: pale by load, bright borders, names with households; hover and selection. */
import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl'
import { LABEL_FONT } from '@/map/labelFont'
import type { EditorTokens } from './editorTokens'

const is = (state: string): ExpressionSpecification => ['boolean', ['feature-state', state], false]
const EDITED = is('edited')

/** Fill colour of a grid by its load; a word and a shape beside its name say the same. */
export function byLoad(tokens: EditorTokens): ExpressionSpecification {
  return [
    'case',
    ['==', ['get', 'kind'], 'special'],
    tokens.special,
    ['match', ['coalesce', ['get', 'load'], ''], 'under', tokens.warn, 'over', tokens.bad, 'within', tokens.ok, tokens.soft],
  ]
}

const within: ExpressionSpecification = ['==', ['coalesce', ['get', 'load'], ''], 'within']
export const fillOpacity: ExpressionSpecification = ['case', within, 0.1, 0.2]

export function draftLayers(tokens: EditorTokens): LayerSpecification[] {
  const round = { 'line-join': 'round', 'line-cap': 'round' } as const
  return [
    {
      id: 'draft-fill',
      type: 'fill',
      source: 'draft',
      paint: {
        'fill-color': ['case', is('selected'), tokens.selected, byLoad(tokens)],
        'fill-opacity': ['case', EDITED, 0, is('selected'), 0.15, is('hover'), 0.3, fillOpacity],
        'fill-antialias': false,
      },
    },
    {
      id: 'draft-line',
      type: 'line',
      source: 'draft',
      layout: round,
      paint: {
        'line-color': tokens.draft,
        'line-width': ['interpolate', ['linear'], ['zoom'], 11, 0.6, 14, 1.4, 16, 2.2, 18, 3],
        'line-opacity': ['case', EDITED, 0, 1],
      },
    },
    {
      id: 'draft-hover',
      type: 'line',
      source: 'draft',
      layout: round,
      paint: { 'line-color': tokens.brand, 'line-width': 3.5, 'line-opacity': ['case', EDITED, 0, is('hover'), 0.9, 0] },
    },
    {
      id: 'village-casing',
      type: 'line',
      source: 'villages-of-plan',
      layout: round,
      paint: { 'line-color': tokens.halo, 'line-width': ['interpolate', ['linear'], ['zoom'], 11, 2, 16, 6], 'line-opacity': 0.8 },
    },
    {
      id: 'village-line',
      type: 'line',
      source: 'villages-of-plan',
      layout: round,
      paint: {
        'line-color': tokens.draft,
        'line-width': ['interpolate', ['linear'], ['zoom'], 11, 1.2, 16, 3.2],
        'line-dasharray': [5, 1.5, 1, 1.5],
      },
    },
    {
      id: 'selected-casing',
      type: 'line',
      source: 'draft',
      layout: round,
      paint: { 'line-color': tokens.halo, 'line-width': 7, 'line-opacity': ['case', EDITED, 0, is('selected'), 0.95, 0] },
    },
    {
      id: 'selected-line',
      type: 'line',
      source: 'draft',
      layout: round,
      paint: { 'line-color': tokens.selected, 'line-width': 3.5, 'line-opacity': ['case', EDITED, 0, is('selected'), 1, 0] },
    },
  ]
}

/** Two lines a grid: what it is called, and its households with the shape of its load. */
export function draftNames(tokens: EditorTokens): LayerSpecification[] {
  const layer = (id: string, minzoom: number, maxzoom: number, field: ExpressionSpecification, size: number): LayerSpecification => ({
    id,
    type: 'symbol',
    source: 'names',
    minzoom,
    maxzoom,
    layout: {
      'text-field': field,
      'text-font': [LABEL_FONT],
      'text-size': size,
      'text-max-width': 9,
      'text-line-height': 1.25,
      'text-padding': 3,
    },
    paint: {
      'text-color': tokens.text,
      'text-halo-color': tokens.halo,
      'text-halo-width': 1.6,
      'text-opacity': ['case', EDITED, 0, 1],
    },
  })
  const households: ExpressionSpecification = ['get', 'load_text']
  return [
    layer('names-short', 12.6, 15, ['format', ['get', 'short'], {}, '\n', {}, households, { 'font-scale': 0.9 }], 11),
    layer('names-long', 15, 24, ['format', ['get', 'title'], {}, '\n', {}, households, { 'font-scale': 0.92 }], 13),
  ]
}
