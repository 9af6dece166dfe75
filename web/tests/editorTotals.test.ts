/** Prove that the figures while drawing are those that the cut would give, and that moving takes every grid along. */
import type { MultiPolygon, Position } from 'geojson'
import { describe, expect, it } from 'vitest'
import { BuildingCounts } from '@/editor/buildings'
import { betweenStretches, halves } from '@/editor/geometry/cut'
import { hasHold, moved } from '@/editor/geometry/move'
import { canonical } from '@/editor/geometry/plane'
import { holds, innerPoint } from '@/editor/geometry/polygons'
import { listed } from '@/editor/listing'
import { loadOf } from '@/editor/load'
import { handedOver, pieces, reshaped } from '@/editor/totals'
import type { Grid } from '@/editor/types'

const BAND = { least: 300, most: 500 }
const at = (x: number, y: number): Position => [canonical(114.3 + x * 0.001), canonical(34.8 + y * 0.001)]
const square = (x: number, y: number, side = 1): Position[] => [at(x, y), at(x + side, y), at(x + side, y + side), at(x, y + side), at(x, y)]
const multi = (...rings: Position[][]): MultiPolygon => ({ type: 'MultiPolygon', coordinates: rings.map((ring) => [ring]) })

function grid(code: string, ring: Position[], households = 0): Grid {
  const properties = { id: 1, code, name: `网格${code}`, kind: 'general' as const, parent_code: 'v', area_m2: 10_000, households, residents: 0, buildings: 0, load: null, attributes: {} }
  return { type: 'Feature', geometry: multi(ring), properties }
}

/** One household in the middle of each cell of a 10 x 10 raster over the square (0,0)-(2,1). */
function houses(): BuildingCounts {
  const counts = new BuildingCounts()
  for (let i = 0; i < 20; i += 1) for (let j = 0; j < 10; j += 1) counts.take([...at(0.05 + i / 10, 0.05 + j / 10), 1, 3])
  return counts
}

describe('a line through a grid', () => {
  it('makes two pieces whose households are those of the grid', () => {
    const cut = halves(square(0, 0), [at(0.3, -0.1), at(0.3, 1.1)])!
    const found = pieces(grid('001', square(0, 0), 100), cut, houses(), BAND, 'new')
    expect(found.map(({ households }) => households)).toEqual([70, 30])
    expect(found.map(({ change }) => change)).toEqual([-30, 30])
  })

  it('may bend, and may begin and end exactly on the border', () => {
    const cut = halves(square(0, 0), [at(0, 0.5), at(0.5, 0.5), at(0.5, 0)])!
    expect(pieces(grid('001', square(0, 0), 100), cut, houses(), BAND, 'new')[1]!.households).toBe(25)
  })

  it.each([
    ['ends inside', [at(0.3, -0.1), at(0.3, 0.5)]],
    ['passes by', [at(2, 0), at(2, 1)]],
    ['crosses twice over', [at(-0.1, 0.2), at(1.1, 0.2), at(1.1, 0.6), at(-0.1, 0.6)]],
  ])('has no simple answer when it %s', (_, line) => {
    expect(halves(square(0, 0), line)).toBeNull()
  })
})

it('a redrawn stretch hands over what lies between the old and the new', () => {
  const loop = betweenStretches(square(0, 0), [at(1, 0.2), at(0.5, 0.2), at(0.5, 0.8), at(1, 0.8)])!
  const [giver, taker] = handedOver(grid('001', square(0, 0), 100), grid('002', square(1, 0), 100), loop, houses(), BAND)
  expect([giver!.households, taker!.households]).toEqual([70, 130])
})

describe('a dragged corner', () => {
  const [west, east] = [grid('001', square(0, 0), 100), grid('002', square(1, 0), 100)]
  const corner = { at: at(1, 1), edge: null }

  it('moves in every grid that has it, bit for bit, and nowhere else', () => {
    expect([hasHold(west.geometry, corner), hasHold(east.geometry, corner), hasHold(multi(square(3, 3)), corner)]).toEqual([true, true, false])
    const after = moved(west.geometry, corner, at(1.2, 1))
    expect(after.coordinates[0]![0]!.filter((place) => !west.geometry.coordinates[0]![0]!.includes(place))).toEqual([at(1.2, 1)])
  })

  it('closes the ring again when it is the first', () => {
    const [ring] = moved(west.geometry, { at: at(0, 0), edge: null }, at(-0.1, 0)).coordinates[0]!
    expect(ring![0]).toEqual(ring!.at(-1))
  })

  it('pulls a new corner out of an edge on both sides', () => {
    const hold = { at: at(1, 0.5), edge: [at(1, 0), at(1, 1)] as [Position, Position] }
    const [a, b] = [west, east].map((one) => moved(one.geometry, hold, at(0.8, 0.5)).coordinates[0]![0]!)
    expect([a!.length, b!.length]).toEqual([6, 6])
    const houseCount = houses()
    const both = [west, east].map((one) => reshaped(one, moved(one.geometry, hold, at(0.8, 0.5)), houseCount, BAND).households)
    expect(both[0]! + both[1]!).toBe(200)
    expect(both[0]).toBeLessThan(100)
  })
})

it('loads are told by the band; special grids have none', () => {
  expect([299, 300, 500, 501].map((n) => loadOf(n, 'general', BAND))).toEqual(['under', 'within', 'within', 'over'])
  expect(loadOf(1, 'special', BAND)).toBeNull()
})

it('a label stands inside, also in a bent grid', () => {
  const bent = [at(0, 0), at(3, 0), at(3, 3), at(2.8, 3), at(2.8, 0.2), at(0, 0.2), at(0, 0)]
  const [x, y] = innerPoint(multi(bent)) as [number, number]
  expect(holds([bent], x, y)).toBe(true)
})

it('the list is filtered by name, number and load, and sorted', () => {
  const grids = [grid('0012', square(0, 0), 400), grid('0011', square(1, 0), 700)]
  expect(listed(grids, { text: '', load: null, sort: 'code' }).map(({ properties }) => properties.code)).toEqual(['0011', '0012'])
  expect(listed(grids, { text: '', load: null, sort: 'most' })[0]!.properties.households).toBe(700)
  expect(listed(grids, { text: '12', load: null, sort: 'code' })).toHaveLength(1)
  expect(listed(grids, { text: '', load: 'over', sort: 'code' })).toHaveLength(0)
})
