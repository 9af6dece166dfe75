/** What lies over the draft while one works: the grids being changed, the drawn line, handles, panels' drawings, defects. */
import type { CircleLayerSpecification, LayerSpecification } from 'maplibre-gl'
import { LABEL_FONT } from '@/map/labelFont'
import { byLoad } from './draftLayers'
import type { EditorTokens } from './editorTokens'

export const HATCH = 'hatch'

const round = { 'line-join': 'round', 'line-cap': 'round' } as const

export function editLayers(tokens: EditorTokens): LayerSpecification[] {
  return [
    {
      id: 'changes-fill',
      type: 'fill',
      source: 'changes',
      paint: { 'fill-pattern': HATCH, 'fill-opacity': 0.5 },
    },
    {
      id: 'live-fill',
      type: 'fill',
      source: 'live',
      paint: { 'fill-color': byLoad(tokens), 'fill-opacity': 0.26, 'fill-antialias': false },
    },
    { id: 'live-casing', type: 'line', source: 'live', layout: round, paint: { 'line-color': tokens.halo, 'line-width': 5 } },
    { id: 'live-border', type: 'line', source: 'live', layout: round, paint: { 'line-color': tokens.selected, 'line-width': 2.5 } },
    ...overlayLayers(tokens),
    ...sketchLayers(tokens),
    ...handleLayers(tokens),
  ]
}

function overlayLayers(tokens: EditorTokens): LayerSpecification[] {
  const looks = (look: string) => ['==', ['get', 'look'], look] as never
  return [
    { id: 'overlay-hatched', type: 'fill', source: 'overlay', filter: looks('hatched'), paint: { 'fill-pattern': HATCH } },
    {
      id: 'overlay-fill',
      type: 'fill',
      source: 'overlay',
      filter: looks('preview'),
      paint: { 'fill-color': tokens.brand, 'fill-opacity': 0.2 },
    },
    {
      id: 'overlay-removed',
      type: 'fill',
      source: 'overlay',
      filter: looks('removed'),
      paint: { 'fill-color': tokens.bad, 'fill-opacity': 0.25 },
    },
    {
      id: 'overlay-line',
      type: 'line',
      source: 'overlay',
      layout: round,
      filter: ['!=', ['geometry-type'], 'Point'],
      paint: { 'line-color': ['match', ['get', 'look'], 'removed', tokens.bad, tokens.brand], 'line-width': 2.5 },
    },
    {
      id: 'overlay-point',
      type: 'circle',
      source: 'overlay',
      filter: ['==', ['geometry-type'], 'Point'],
      paint: { 'circle-radius': 7, 'circle-color': tokens.brand, 'circle-stroke-color': tokens.halo, 'circle-stroke-width': 2 },
    },
  ]
}

function sketchLayers(tokens: EditorTokens): LayerSpecification[] {
  return [
    {
      id: 'sketch-fill',
      type: 'fill',
      source: 'sketch',
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': tokens.sketch, 'fill-opacity': 0.14 },
    },
    { id: 'sketch-casing', type: 'line', source: 'sketch', layout: round, paint: { 'line-color': tokens.halo, 'line-width': 6 } },
    {
      id: 'sketch-line',
      type: 'line',
      source: 'sketch',
      layout: round,
      filter: ['!=', ['get', 'part'], 'waiting'],
      paint: { 'line-color': tokens.sketch, 'line-width': 3 },
    },
    {
      id: 'sketch-waiting',
      type: 'line',
      source: 'sketch',
      layout: round,
      filter: ['==', ['get', 'part'], 'waiting'],
      paint: { 'line-color': tokens.warn, 'line-width': 3, 'line-dasharray': [1.5, 2] },
    },
    {
      id: 'sketch-point',
      type: 'circle',
      source: 'sketch',
      filter: ['==', ['geometry-type'], 'Point'],
      paint: { 'circle-radius': 4.5, 'circle-color': tokens.halo, 'circle-stroke-color': tokens.sketch, 'circle-stroke-width': 2.5 },
    },
  ]
}

function handleLayers(tokens: EditorTokens): LayerSpecification[] {
  const paint: CircleLayerSpecification['paint'] = {
    'circle-radius': ['match', ['get', 'part'], 'fixed', 3, 'middle', 3, 4.5],
    'circle-color': ['match', ['get', 'part'], 'fixed', tokens.soft, tokens.halo],
    'circle-stroke-color': ['match', ['get', 'part'], 'fixed', tokens.soft, tokens.selected],
    'circle-stroke-width': ['match', ['get', 'part'], 'fixed', 1, 2],
  }
  return [
    { id: 'handles', type: 'circle', source: 'handles', paint },
    { id: 'live-held', type: 'circle', source: 'live', filter: ['==', ['geometry-type'], 'Point'], paint },
  ]
}

/** Defects, drawn at a size that can be found: a wide edge at every zoom, and a numbered pin. */
export function pinLayers(tokens: EditorTokens): LayerSpecification[] {
  const warning = ['==', ['get', 'severity'], 'warning'] as never
  const colour = ['case', warning, tokens.warn, tokens.bad] as never
  return [
    {
      id: 'defect-fill',
      type: 'fill',
      source: 'defects',
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': colour, 'fill-opacity': ['case', warning, 0.14, 0.3] },
    },
    {
      id: 'defect-line',
      type: 'line',
      source: 'defects',
      layout: round,
      filter: ['!=', ['geometry-type'], 'Point'],
      paint: { 'line-color': colour, 'line-width': ['case', ['get', 'current'], 6, warning, 2, 4], 'line-opacity': 0.85 },
    },
    {
      id: 'pins',
      type: 'circle',
      source: 'pins',
      paint: {
        // Seen from afar, a warning is a dot; what forbids submission has its pin at every zoom.
        'circle-radius': ['step', ['zoom'], ['case', ['get', 'current'], 15, warning, 4, 11], 14.5, ['case', ['get', 'current'], 15, 11]],
        'circle-color': colour,
        'circle-stroke-color': tokens.halo,
        'circle-stroke-width': ['step', ['zoom'], ['case', warning, 1, 2.5], 14.5, 2.5],
      },
    },
    {
      id: 'pin-numbers',
      type: 'symbol',
      source: 'pins',
      layout: { 'text-field': ['get', 'number'], 'text-font': [LABEL_FONT], 'text-size': ['step', ['zoom'], ['case', ['get', 'current'], 12, warning, 0, 12], 14.5, 12], 'text-allow-overlap': true, 'text-ignore-placement': true },
      paint: { 'text-color': tokens.halo },
    },
  ]
}
