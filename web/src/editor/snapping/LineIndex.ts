/**
 * Segments by place: a hash of square cells. Lines are added and removed by owner; coordinates stay the doubles
 * that came, so what is snapped to is bit-equal to what is stored.
 */
import type { Position } from 'geojson'
import type { Box } from '@/api/types'

export type LineKind = 'street' | 'shore' | 'border' | 'village'

export interface Segment {
  owner: string
  kind: LineKind
  name: string
  a: Position
  b: Position
}

/** Degrees: about 50 m, a few segments each in a town. */
const CELL = 0.0005
const COLUMNS = 1_000_000

const cellOf = (value: number): number => Math.floor(value / CELL)

export class LineIndex {
  private readonly cells = new Map<number, Segment[]>()
  private readonly owners = new Map<string, Segment[]>()
  /** Counts up with every change, so that what is derived can tell that it is old. */
  version = 0

  get size(): number {
    return this.owners.size
  }

  has(owner: string): boolean {
    return this.owners.has(owner)
  }

  add(owner: string, kind: LineKind, name: string, lines: readonly Position[][]): void {
    this.version += 1
    const own = this.owners.get(owner) ?? []
    for (const line of lines) {
      for (let i = 1; i < line.length; i += 1) {
        const segment = { owner, kind, name, a: line[i - 1]!, b: line[i]! }
        own.push(segment)
        for (const key of crossed(segment)) this.bucket(key).push(segment)
      }
    }
    this.owners.set(owner, own)
  }

  remove(owner: string): void {
    this.version += 1
    for (const segment of this.owners.get(owner) ?? []) {
      for (const key of crossed(segment)) {
        const bucket = this.bucket(key)
        bucket.splice(bucket.indexOf(segment), 1)
      }
    }
    this.owners.delete(owner)
  }

  clear(): void {
    this.version += 1
    this.cells.clear()
    this.owners.clear()
  }

  /** Every segment in the cells that the box touches, each once. */
  in([west, south, east, north]: Box): Segment[] {
    const found = new Set<Segment>()
    for (let x = cellOf(west); x <= cellOf(east); x += 1) {
      for (let y = cellOf(south); y <= cellOf(north); y += 1) {
        for (const segment of this.cells.get(x * COLUMNS + y) ?? []) found.add(segment)
      }
    }
    return [...found]
  }

  private bucket(key: number): Segment[] {
    let bucket = this.cells.get(key)
    if (!bucket) this.cells.set(key, (bucket = []))
    return bucket
  }
}

/** The cells that a segment runs through, column by column. */
function* crossed({ a, b }: Segment): Generator<number> {
  const [left, right] = a[0]! <= b[0]! ? [a, b] : [b, a]
  const slope = (right[1]! - left[1]!) / (right[0]! - left[0]! || 1)
  const rises = right[0]! !== left[0]!
  for (let x = cellOf(left[0]!); x <= cellOf(right[0]!); x += 1) {
    const from = rises ? left[1]! + slope * (Math.max(left[0]!, x * CELL) - left[0]!) : left[1]!
    const to = rises ? left[1]! + slope * (Math.min(right[0]!, (x + 1) * CELL) - left[0]!) : right[1]!
    for (let y = cellOf(Math.min(from, to)); y <= cellOf(Math.max(from, to)); y += 1) yield x * COLUMNS + y
  }
}
