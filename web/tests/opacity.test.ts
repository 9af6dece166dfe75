/** Prove that a layer is made more transparent however its opacity is written, and stays a valid style. */
import { describe, expect, it } from 'vitest'
import { faded } from '@/map/opacity'

const fill = (opacity?: unknown) =>
  faded({ id: 'a', type: 'fill', source: 's', paint: opacity === undefined ? {} : { 'fill-opacity': opacity as never } }, 0.5).paint

describe('a layer at half its strength', () => {
  it('has half of a number, and a half where nothing was said', () => {
    expect(fill(0.6)).toEqual({ 'fill-opacity': 0.3 })
    expect(fill()).toEqual({ 'fill-opacity': 0.5 })
  })

  it('multiplies what depends on the data', () => {
    expect(fill(['get', 'part'])).toEqual({ 'fill-opacity': ['*', 0.5, ['get', 'part']] })
  })

  it('keeps the zoom outermost, as MapLibre wants it', () => {
    const byZoom = ['interpolate', ['linear'], ['zoom'], 10, 0.2, 14, ['get', 'part']]
    expect(fill(byZoom)).toEqual({ 'fill-opacity': ['interpolate', ['linear'], ['zoom'], 10, 0.1, 14, ['*', 0.5, ['get', 'part']]] })
  })

  it('leaves the layer that it was given as it is', () => {
    const layer = { id: 'c', type: 'circle', source: 's', paint: { 'circle-opacity': 0.8 } } as const
    expect(faded(layer, 0.5).paint).toEqual({ 'circle-opacity': 0.4, 'circle-stroke-opacity': 0.5 })
    expect(layer.paint['circle-opacity']).toBe(0.8)
  })
})
