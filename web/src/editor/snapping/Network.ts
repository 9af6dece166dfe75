/**
 * Streets and shores as a graph, to follow between two points. Lines that cross without a common vertex are
 * joined where they cross, for at a junction a person turns, whatever the data say.
 */
import type { Position } from 'geojson'
import { boxOf } from '../geometry/polygons'
import { distance, planeAt, type Plane } from '../geometry/plane'
import { Heap } from './heap'
import type { LineIndex, Segment } from './LineIndex'
import { boxAround } from './Snapper'
import { crossingOf, footOn, keyOf, pointAt, same } from './segments'

interface Edge {
  a: number
  b: number
  length: number
}

/** Metres: a point this near to a street is on it. */
const ON_STREET = 1
/** A shore is followed where no street leads there about as straight. */
const SHORE = 1.15
/** Radians: going straight on at a junction bends no more than this. */
const STRAIGHT = 1
const FARTHEST = 3000

export class Network {
  private readonly places: Position[] = []
  private readonly ids = new Map<string, number>()
  private readonly around: Edge[][] = []
  private readonly plane: Plane

  constructor(segments: Segment[]) {
    this.plane = planeAt(segments[0]?.a[1] ?? 0)
    for (const [segment, stops] of withStops(segments)) this.join(segment, stops)
  }

  get size(): number {
    return this.places.length
  }

  private join(segment: Segment, stops: Position[]): void {
    const factor = segment.kind === 'shore' ? SHORE : 1
    for (let i = 1; i < stops.length; i += 1) {
      const [a, b] = [this.node(stops[i - 1]!), this.node(stops[i]!)]
      if (a === b) continue
      const edge = { a, b, length: distance(stops[i - 1]!, stops[i]!, this.plane) * factor }
      this.around[a]!.push(edge)
      this.around[b]!.push(edge)
    }
  }

  private node(place: Position): number {
    const key = keyOf(place)
    const known = this.ids.get(key)
    if (known !== undefined) return known
    this.ids.set(key, this.places.length)
    this.around.push([])
    return this.places.push(place) - 1
  }

  /** The edge that a place lies on, and the place itself as it lies on it. */
  private edgeAt(place: Position): { edge: Edge; along: number } | null {
    let found: { edge: Edge; along: number; off: number } | null = null
    for (let a = 0; a < this.places.length; a += 1) {
      for (const edge of this.around[a]!) {
        if (edge.a !== a) continue
        const foot = footOn(this.places[edge.a]!, this.places[edge.b]!, place, this.plane)
        if (foot.distance <= ON_STREET && foot.distance < (found?.off ?? Infinity)) found = { edge, along: foot.share, off: foot.distance }
      }
    }
    return found
  }

  /** The shortest way along the lines, both places included; null where no way leads. */
  way(from: Position, to: Position): Position[] | null {
    const [start, end] = [this.edgeAt(from), this.edgeAt(to)]
    if (!start || !end || same(from, to)) return null
    if (start.edge === end.edge) return [from, to]
    const nodes = this.shortest(start, end, to)
    return nodes && withoutRepeats([from, ...nodes.map((node) => this.places[node]!), to])
  }

  private shortest(start: { edge: Edge; along: number }, end: { edge: Edge; along: number }, goal: Position): number[] | null {
    const cost = new Map<number, number>()
    const before = new Map<number, number>()
    const open = new Heap<number>()
    const reach = (node: number, total: number, via: number): void => {
      if (total >= (cost.get(node) ?? Infinity)) return
      cost.set(node, total)
      before.set(node, via)
      open.push(node, total + distance(this.places[node]!, goal, this.plane))
    }
    reach(start.edge.a, start.edge.length * start.along, -1)
    reach(start.edge.b, start.edge.length * (1 - start.along), -1)
    const tail = new Map([[end.edge.a, end.edge.length * end.along], [end.edge.b, end.edge.length * (1 - end.along)]])
    let best: { node: number; total: number } | null = null
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      const here = cost.get(node)!
      if (best && here >= best.total) break
      const last = tail.get(node)
      if (last !== undefined && here + last < (best?.total ?? Infinity)) best = { node, total: here + last }
      for (const edge of this.around[node]!) reach(edge.a === node ? edge.b : edge.a, here + edge.length, node)
    }
    return best && chainTo(best.node, before)
  }

  /** On along the street from `place`, coming from `before`, as straight as it goes, while `inside` holds. */
  follow(before: Position, place: Position, inside: (place: Position) => boolean): Position[] {
    const at = this.edgeAt(place)
    if (!at) return []
    let heading = this.bearing(before, place)
    const { a, b } = at.edge
    let node = this.turn(heading, place, a) <= this.turn(heading, place, b) ? a : b
    const found: Position[] = []
    let last = place
    let walked = 0
    while (walked < FARTHEST) {
      const next = this.places[node]!
      if (!same(next, last)) {
        found.push(next)
        walked += distance(last, next, this.plane)
        heading = this.bearing(last, next)
        if (!inside(next)) break
      }
      const onward = this.straightest(node, heading)
      if (onward === null) break
      last = next
      node = onward
    }
    return found
  }

  private straightest(node: number, heading: number): number | null {
    const here = this.places[node]!
    const ways = this.around[node]!.map((edge) => (edge.a === node ? edge.b : edge.a))
    const sorted = ways.map((other) => ({ other, turn: this.turn(heading, here, other) })).sort((p, q) => p.turn - q.turn)
    return sorted[0] && sorted[0].turn < STRAIGHT ? sorted[0].other : null
  }

  private bearing(a: Position, b: Position): number {
    return Math.atan2((b[1]! - a[1]!) * this.plane.ky, (b[0]! - a[0]!) * this.plane.kx)
  }

  private turn(heading: number, from: Position, to: number): number {
    if (same(from, this.places[to]!)) return 0
    const off = Math.abs(this.bearing(from, this.places[to]!) - heading)
    return Math.min(off, 2 * Math.PI - off)
  }
}

function chainTo(node: number, before: Map<number, number>): number[] {
  const chain: number[] = []
  for (let at = node; at >= 0; at = before.get(at)!) chain.unshift(at)
  return chain
}

function withoutRepeats(line: Position[]): Position[] {
  return line.filter((place, i) => i === 0 || !same(place, line[i - 1]!))
}

/** Each segment with its ends and every point where another line meets it, in its direction. */
function withStops(segments: Segment[]): Map<Segment, Position[]> {
  const cells = new Map<string, Segment[]>()
  const size = 0.001
  for (const segment of segments) {
    const [west, south, east, north] = boxOf([[segment.a, segment.b]])
    for (let x = Math.floor(west / size); x <= Math.floor(east / size); x += 1) {
      for (let y = Math.floor(south / size); y <= Math.floor(north / size); y += 1) {
        const key = `${x},${y}`
        const cell = cells.get(key)
        if (cell) cell.push(segment)
        else cells.set(key, [segment])
      }
    }
  }
  const stops = new Map<Segment, Map<string, { s: number; place: Position }>>(segments.map((one) => [one, new Map()]))
  for (const cell of cells.values()) {
    for (let i = 0; i < cell.length; i += 1) for (let j = 0; j < i; j += 1) meet(cell[i]!, cell[j]!, stops)
  }
  return new Map(segments.map((one) => [one, [one.a, ...[...stops.get(one)!.values()].sort((p, q) => p.s - q.s).map(({ place }) => place), one.b]]))
}

function meet(one: Segment, other: Segment, stops: Map<Segment, Map<string, { s: number; place: Position }>>): void {
  if (same(one.a, other.a) || same(one.a, other.b) || same(one.b, other.a) || same(one.b, other.b)) return
  const at = crossingOf(one.a, one.b, other.a, other.b)
  if (!at) return
  // The stored end of either is the meeting place; a crossing inside both is rounded once, for both.
  const place = at.t === 0 || at.t === 1 ? pointAt(other.a, other.b, at.t) : pointAt(one.a, one.b, at.s)
  stops.get(one)!.set(keyOf(place), { s: at.s, place })
  stops.get(other)!.set(keyOf(place), { s: at.t, place })
}

/** The network of everything within `metres` of these places. */
export function networkAround(ground: LineIndex, places: Position[], metres: number): Network {
  const plane = planeAt(places[0]![1]!)
  const boxes = places.map((place) => boxAround(place, metres, plane))
  return new Network(ground.in(boxOf([boxes.flatMap(([w, s, e, n]) => [[w, s], [e, n]])])))
}
