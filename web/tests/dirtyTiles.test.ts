import { describe, expect, it } from 'vitest'
import { dirtyTiles } from '@/map/dirtyTiles'

const WORLD: [number, number, number, number] = [-180, -85, 180, 85]
const names = (tiles: { z: number; x: number; y: number }[]): string[] => tiles.map(({ z, x, y }) => `${z}/${x}/${y}`)

describe('dirty tiles', () => {
  it('are those that hold the box, at the zooms around the map', () => {
    const place: [number, number, number, number] = [114.305, 34.795, 114.305, 34.795]
    expect(names(dirtyTiles([place], WORLD, 12.7, [10, 13]))).toEqual(['10/837/406', '11/1674/812', '12/3348/1625', '13/6697/3250'])
  })

  it('include the neighbour in whose margin the box lies', () => {
    const justEast: [number, number, number, number] = [0.01, 10, 0.01, 10]
    expect(names(dirtyTiles([justEast], WORLD, 0, [2, 2]))).toEqual(['2/1/1', '2/2/1'])
  })

  it('are none outside the picture, and none at zooms that the source does not have', () => {
    expect(dirtyTiles([[10, 10, 11, 11]], [20, 20, 21, 21], 8, [0, 14])).toEqual([])
    expect(dirtyTiles([[10, 10, 11, 11]], WORLD, 3, [10, 14])).toEqual([])
  })

  it('beyond the last zoom are those of the last', () => {
    const found = dirtyTiles([[114.3, 34.8, 114.3, 34.8]], WORLD, 19, [10, 14])
    expect(new Set(found.map((tile) => tile.z))).toEqual(new Set([12, 13, 14]))
  })
})
