/** Prove that the page adds to the server's style what it needs, and takes nothing from it. */
import type { StyleSpecification } from 'maplibre-gl'
import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec'
import { describe, expect, it } from 'vitest'
import { composeStyle } from '@/map/composeStyle'
import { NOTHING } from '@/map/selectionShape'
import { tierAt, tierBands } from '@/map/tiers'

const style: StyleSpecification = {
  version: 8,
  glyphs: 'https://elsewhere/{fontstack}/{range}.pbf',
  sources: { towns: { type: 'vector', tiles: [] }, grids: { type: 'vector', tiles: [] }, roads: { type: 'vector', tiles: [] } },
  layers: [
    { id: 'towns-fill', type: 'fill', source: 'towns', 'source-layer': 'towns', minzoom: 9, maxzoom: 13 },
    { id: 'towns-name', type: 'symbol', source: 'towns', 'source-layer': 'towns', minzoom: 9, maxzoom: 13.4, layout: { 'text-field': ['get', 'name'] } },
    { id: 'grids-fill', type: 'fill', source: 'grids', 'source-layer': 'grids', minzoom: 13 },
    { id: 'roads-line', type: 'line', source: 'roads', 'source-layer': 'roads' },
  ],
}
const tokens = {
  brand: '#111', halo: '#222', selected: '#333', shade: '#444', ground: '#555', text: '#666', ok: '#777', warn: '#888', bad: '#999', sketch: '#aaa',
}
const compose = (hidden: string[] = []): StyleSpecification =>
  composeStyle(style, { tokens, selection: NOTHING, hidden: new Set(hidden) })
const visibility = (composed: StyleSpecification, id: string): unknown =>
  composed.layers.find((layer) => layer.id === id)?.layout?.visibility

describe('the composed style', () => {
  it('keeps every layer of the server and puts labels on top of the selection', () => {
    const ids = compose().layers.map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining(style.layers.map(({ id }) => id)))
    expect(ids.indexOf('towns-name')).toBeGreaterThan(ids.indexOf('selection-line'))
  })

  it('asks for no glyphs from anywhere and labels in the shipped font', () => {
    expect(compose().glyphs).toBeUndefined()
    expect(compose().layers.find(({ id }) => id === 'towns-name')?.layout).toMatchObject({ 'text-font': ['Wangge Labels'] })
  })

  it('identifies areas by their code', () => {
    expect(compose().sources.grids).toMatchObject({ promoteId: 'code' })
    expect(compose().sources.roads).not.toHaveProperty('promoteId')
  })

  it('hides what is switched off, names apart from areas', () => {
    expect(visibility(compose(['roads']), 'roads-line')).toBe('none')
    expect(visibility(compose(['labels']), 'towns-name')).toBe('none')
    expect(visibility(compose(['labels']), 'towns-fill')).toBeUndefined()
  })

  it('leaves the style it was given as it was', () => {
    const before = JSON.stringify(style)
    compose(['roads', 'labels'])
    expect(JSON.stringify(style)).toBe(before)
  })
})

describe('tiers', () => {
  it('switch at the zooms of the style, the finest one winning', () => {
    const bands = tierBands(style)
    expect([8, 9, 12.9, 13.2, 18].map((zoom) => tierAt(bands, zoom)?.tier ?? null)).toEqual([null, 'town', 'town', 'grid', 'grid'])
  })
})

describe('names of areas', () => {
  const name = (chosen: string | null): unknown =>
    composeStyle(style, { tokens, selection: NOTHING, hidden: new Set(), chosen }).layers.find(({ id }) => id === 'towns-name')

  it('have places to go to where the middle of their area is taken', () => {
    expect(name(null)).toMatchObject({ layout: { 'text-variable-anchor-offset': expect.arrayContaining(['center', 'top-left']) } })
    expect(name(null)).not.toHaveProperty('filter')
  })

  it('do not say a second time what the selection says', () => {
    expect(name('410202003')).toMatchObject({ filter: ['!=', ['get', 'code'], '410202003'] })
  })

  it('are valid as the map reads them', () => {
    expect(validateStyleMin(compose()).map(({ message }) => message)).toEqual([])
  })
})
