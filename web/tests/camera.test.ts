/** Prove that a box is seen whole, and that the picture's edge cuts no mark beside it. */
import { describe, expect, it } from 'vitest'
import { boxWithMarks, cameraFor, type Place } from '@/map/camera'

describe('the first camera', () => {
  it('holds the box and stands in its middle', () => {
    const { center, zoom } = cameraFor([114, 34, 115, 35], 1000, 1000)
    expect(center[0]).toBeCloseTo(114.5)
    expect(center[1]).toBeCloseTo(34.5, 1)
    expect((512 * 2 ** zoom) / 360).toBeLessThanOrEqual(904)
  })
})

describe('the box with its marks', () => {
  const box: [number, number, number, number] = [114, 34, 115, 35]
  const shown = (...places: Place[]): number[] => boxWithMarks({ box, marks: () => places }, 1000, 1200)

  it('is the box where none is on the edge: well inside, or far away', () => {
    expect(shown()).toEqual(box)
    expect(shown([114.5, 34.5], [116, 34.5], [114.5, 40])).toEqual(box)
  })

  it('takes in a mark on either side of the edge', () => {
    expect(shown([115.05, 34.5])).toEqual([114, 34, 115.05, 35])
    expect(shown([114.5, 33.95], [113.95, 35.04])).toEqual([113.95, 33.95, 115, 35.04])
  })

  it('takes in the next one that comes to stand on the edge by that', () => {
    expect(shown([115.06, 34.5], [115.13, 34.6])).toEqual([114, 34, 115.13, 35])
  })

  it('does not go on without end for a row of them', () => {
    const row = Array.from({ length: 200 }, (_, n): Place => [115 + n / 100, 34.5])
    const [west, , east] = shown(...row) as [number, number, number, number]
    expect(east).toBeGreaterThan(115.2)
    expect(cameraFor(box, 1000, 1200).zoom - cameraFor([west, 34, east, 35], 1000, 1200).zoom).toBeLessThan(0.75)
  })
})
