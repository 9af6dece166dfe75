/** Households and residents by place, to count within outlines that change with every move of the hand. */
import type { Position } from 'geojson'
import type { Box } from '@/api/types'
import { boxOf, holds } from './geometry/polygons'

export interface Counts {
  households: number
  residents: number
  buildings: number
}

export const NOBODY: Counts = { households: 0, residents: 0, buildings: 0 }

export const plus = (a: Counts, b: Counts, sign = 1): Counts => ({
  households: a.households + sign * b.households,
  residents: a.residents + sign * b.residents,
  buildings: a.buildings + sign * b.buildings,
})

/** Degrees: about 200 m. */
const BIN = 0.002
const COLUMNS = 1_000_000
const WIDTH = 4

export class BuildingCounts {
  private readonly bins = new Map<number, number[]>()

  /** Four numbers a building: lon, lat, households, residents. */
  take(flat: number[]): void {
    for (let i = 0; i < flat.length; i += WIDTH) {
      const key = Math.floor(flat[i]! / BIN) * COLUMNS + Math.floor(flat[i + 1]! / BIN)
      const bin = this.bins.get(key)
      if (bin) bin.push(...flat.slice(i, i + WIDTH))
      else this.bins.set(key, flat.slice(i, i + WIDTH))
    }
  }

  /** What lives where every one of these outlines (each a set of rings, even-odd) holds the place. */
  within(...outlines: (readonly Position[][])[]): Counts {
    const boxes = outlines.map(boxOf)
    const box: Box = [
      Math.max(...boxes.map((b) => b[0])),
      Math.max(...boxes.map((b) => b[1])),
      Math.min(...boxes.map((b) => b[2])),
      Math.min(...boxes.map((b) => b[3])),
    ]
    const sum = { ...NOBODY }
    for (let x = Math.floor(box[0] / BIN); x <= Math.floor(box[2] / BIN); x += 1) {
      for (let y = Math.floor(box[1] / BIN); y <= Math.floor(box[3] / BIN); y += 1) {
        addInside(sum, this.bins.get(x * COLUMNS + y) ?? [], box, outlines)
      }
    }
    return sum
  }
}

function addInside(sum: Counts, bin: number[], box: Box, outlines: (readonly Position[][])[]): void {
  for (let i = 0; i < bin.length; i += WIDTH) {
    const [x, y] = [bin[i]!, bin[i + 1]!]
    if (x < box[0] || x > box[2] || y < box[1] || y > box[3]) continue
    if (!outlines.every((rings) => holds(rings, x, y))) continue
    sum.households += bin[i + 2]!
    sum.residents += bin[i + 3]!
    sum.buildings += 1
  }
}
