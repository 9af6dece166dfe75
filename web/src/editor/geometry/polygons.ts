/** Plain questions to polygons: what holds a point, how large, where is the middle. */
import type { MultiPolygon, Position } from 'geojson'
import type { Box } from '@/api/types'
import { planeAt, ringArea } from './plane'

export function ringsOf(geometry: MultiPolygon): Position[][] {
  return geometry.coordinates.flat()
}

/** Whether rings, counted even-odd, hold the point; what lies on a border may fall to either side. */
export function holds(rings: readonly Position[][], x: number, y: number): boolean {
  let inside = false
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const [ax, ay] = ring[i] as [number, number]
      const [bx, by] = ring[j] as [number, number]
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
    }
  }
  return inside
}

export function boxOf(rings: readonly Position[][]): Box {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity]
  for (const ring of rings) {
    for (const [x, y] of ring as [number, number][]) {
      if (x < box[0]) box[0] = x
      if (y < box[1]) box[1] = y
      if (x > box[2]) box[2] = x
      if (y > box[3]) box[3] = y
    }
  }
  return box
}

export function joinedBox(boxes: readonly Box[]): Box {
  return boxes.reduce<Box>(
    (all, box) => [Math.min(all[0], box[0]), Math.min(all[1], box[1]), Math.max(all[2], box[2]), Math.max(all[3], box[3])],
    [Infinity, Infinity, -Infinity, -Infinity],
  )
}

export const meets = (a: Box, b: Box): boolean => a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]

/** Square metres on the plane: shells less holes. */
export function planarArea(geometry: MultiPolygon): number {
  const first = geometry.coordinates[0]?.[0]?.[0]
  if (!first) return 0
  const plane = planeAt(first[1]!)
  let sum = 0
  for (const [shell, ...holes] of geometry.coordinates) {
    sum += ringArea(shell!, plane)
    for (const hole of holes) sum -= ringArea(hole, plane)
  }
  return sum
}

const ROWS = 7

/** A point well inside: the middle of the widest stretch that a few level lines through the polygon have. */
export function innerPoint(geometry: MultiPolygon): Position {
  const rings = ringsOf(geometry)
  const [west, south, east, north] = boxOf(rings)
  let best: { width: number; at: Position } = { width: -1, at: [(west + east) / 2, (south + north) / 2] }
  for (let row = 1; row < ROWS; row += 1) {
    const y = south + ((north - south) * row) / ROWS
    // Rows near the middle are preferred: a label at the edge reads as the neighbour's.
    const weight = 1 - Math.abs(row / ROWS - 0.5)
    const xs = crossings(rings, y)
    for (let i = 0; i + 1 < xs.length; i += 2) {
      const width = (xs[i + 1]! - xs[i]!) * weight
      if (width > best.width) best = { width, at: [(xs[i]! + xs[i + 1]!) / 2, y] }
    }
  }
  return best.at
}

function crossings(rings: readonly Position[][], y: number): number[] {
  const xs: number[] = []
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i += 1) {
      const [ax, ay] = ring[i - 1] as [number, number]
      const [bx, by] = ring[i] as [number, number]
      if (ay > y !== by > y) xs.push(ax + ((bx - ax) * (y - ay)) / (by - ay))
    }
  }
  return xs.sort((a, b) => a - b)
}
