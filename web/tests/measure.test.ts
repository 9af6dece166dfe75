/** Prove lengths and areas against figures that are known otherwise. */
import { describe, expect, it } from 'vitest'
import { areaOf, lengthOf, measureShape } from '@/wall/measure'

/** GeographicLib on the ellipsoid: 0.01 degree along the meridian and the parallel of 34.8 N. */
const NORTH_M = 1109.29
const EAST_M = 915.09

const square: [number, number][] = [[114.3, 34.795], [114.31, 34.795], [114.31, 34.805], [114.3, 34.805]]
const near = (value: number, wanted: number): void => expect(Math.abs(value / wanted - 1)).toBeLessThan(0.005)

describe('measuring', () => {
  it('tells the length of a way within half a per cent of the ellipsoid', () => {
    near(lengthOf([[114.3, 34.8], [114.31, 34.8]]), EAST_M)
    near(lengthOf([[114.3, 34.795], [114.3, 34.805], [114.31, 34.805]]), NORTH_M + EAST_M)
    expect(lengthOf([[114.3, 34.8]])).toBe(0)
  })

  it('tells the area within, whichever way round it was drawn', () => {
    near(areaOf(square), NORTH_M * EAST_M)
    near(areaOf([...square].reverse()), NORTH_M * EAST_M)
  })

  it('draws points and a line for a length, and closes an area from three places on', () => {
    const kinds = (...[kind, places]: Parameters<typeof measureShape>) => measureShape(kind, places).features.map((one) => one.geometry.type)
    expect(kinds('length', square.slice(0, 2))).toEqual(['LineString', 'Point', 'Point'])
    expect(kinds('area', square.slice(0, 2))).toEqual(['LineString', 'Point', 'Point'])
    expect(kinds('area', square)[0]).toBe('Polygon')
  })
})
