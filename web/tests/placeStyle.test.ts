/** Prove that on the map of a place no name covers a mark: marks take their ground, and names are placed after them. */
import type { SymbolLayerSpecification } from 'maplibre-gl'
import { expect, it } from 'vitest'
import { OWN, placeStyle, type OwnData } from '@/incident/map/placeStyle'

const tokens = { brand: '#111', halo: '#222', selected: '#333', text: '#444', surface: '#555' }
const data = Object.fromEntries(OWN.map((key) => [key, { type: 'FeatureCollection', features: [] }])) as unknown as OwnData
const { layers } = placeStyle({ version: 8, sources: {}, layers: [] }, data, tokens)
const at = (id: string): number => layers.findIndex((layer) => layer.id === id)

it.each([['row-mark', 'row-ground'], ['help-mark', 'help-ground'], ['near-incident', 'near-incident'], ['place-pin', 'place-pin']])(
  'of %s the ground is kept free of names by %s', (mark, keeper) => {
    const { layout } = layers[at(keeper)] as SymbolLayerSpecification
    expect(at(mark)).toBeGreaterThan(at('help-name'))
    expect(at(keeper)).toBeGreaterThan(at('help-name'))
    expect(layout?.['icon-allow-overlap'] ?? layout?.['text-allow-overlap']).toBe(true)
    expect(layout?.['icon-ignore-placement'] ?? layout?.['text-ignore-placement'] ?? false).toBe(false)
  },
)

it('lets names stand at any side of their mark, never on one another', () => {
  const { layout } = layers[at('help-name')] as SymbolLayerSpecification
  expect(layout?.['text-variable-anchor']).toContain('left')
  expect(layout?.['text-allow-overlap'] ?? false).toBe(false)
})
