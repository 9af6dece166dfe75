import type { Map as GlMap } from 'maplibre-gl'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TilesChanged } from '@/state/events'

const CHANGE: TilesChanged = { layers: ['incidents'], boxes: [[114.3, 34.8, 114.3, 34.8]] }

/** What keepFresh asks of a map: a picture over the city, one source, and when it comes to rest. */
class StandIn {
  asked: (number | 'all')[] = []
  private readonly calls = new Map<string, () => void>()
  on = (kind: string, call: () => void): void => void this.calls.set(kind, call)
  off = (kind: string): void => void this.calls.delete(kind)
  rest = (): void => this.calls.get('idle')!()
  isStyleLoaded = (): boolean => true
  getStyle = (): unknown => ({ sources: { incidents: { type: 'vector' } } })
  getSource = (): unknown => ({ type: 'vector', minzoom: 10, maxzoom: 12 })
  getZoom = (): number => 11
  getBounds = (): unknown => ({ getWest: () => 114.2, getEast: () => 114.4, getSouth: () => 34.7, getNorth: () => 34.9 })
  refreshTiles = (_source: string, tiles?: unknown[]): void => void this.asked.push(tiles ? tiles.length : 'all')
}

describe('tiles that are kept fresh', () => {
  let change: (told: TilesChanged) => void
  let map: StandIn

  beforeEach(async () => {
    vi.resetModules()
    vi.doMock('@/state/events', () => ({ on: (_kind: string, handler: typeof change) => ((change = handler), () => undefined) }))
    map = new StandIn()
    ;(await import('@/map/refreshing')).keepFresh(map as unknown as GlMap)
  })
  afterEach(() => void vi.doUnmock('@/state/events'))

  const times = (count: number): void => {
    for (let n = 0; n < count; n++) change(CHANGE)
    map.asked = []
  }

  it('are asked for at once, and once more when the map has come to rest', () => {
    change(CHANGE)
    expect(map.asked).toEqual([3])
    map.rest()
    expect(map.asked).toEqual([3, 3])
    map.rest()
    expect(map.asked).toEqual([3, 3])
  })

  it('are all asked for once more, instead of a thousand changes one by one, where the map never rested between', () => {
    times(1000)
    map.rest()
    expect(map.asked).toEqual(['all'])
    map.rest()
    expect(map.asked).toEqual(['all'])
    times(1)
    map.rest()
    expect(map.asked).toEqual([3])
  })
})
