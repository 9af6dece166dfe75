/** A line that is being drawn: clicked points, and between them straight stretches or ways along streets. */
import type { Feature, Position } from 'geojson'
import { canonicalPlace } from '@/editor/geometry/plane'
import { same } from '@/editor/snapping/segments'
import type { Snap } from '@/editor/snapping/Snapper'
import { lineFeature, pointFeature, type Bench } from './Bench'
import type { Aim } from './tool'

interface Anchor {
  place: Position
  snap: Snap | null
}

const FOLLOWED: ReadonlySet<string> = new Set(['street', 'shore', 'crossing', 'meeting', 'vertex', 'fixed', 'border'])

export class Drawing {
  private anchors: Anchor[] = []
  /** `stretches[i]` leads from anchor i to anchor i + 1, both included. */
  private stretches: Position[][] = []
  private tip: Anchor | null = null
  /** The last stretch was to follow a street, and no street leads there. */
  lost = false

  constructor(private readonly bench: Bench) {}

  get count(): number {
    return this.anchors.length
  }

  get first(): Position | null {
    return this.anchors[0]?.place ?? null
  }

  /** Adds a point; a second click on the same place is none. */
  add(aim: Aim): void {
    const anchor = { place: canonicalPlace(aim.at), snap: aim.snap }
    const last = this.anchors.at(-1)
    if (last && same(last.place, anchor.place)) return
    if (last) this.stretches.push(this.between(last, anchor))
    this.anchors.push(anchor)
    this.tip = null
  }

  back(): void {
    this.anchors.pop()
    this.stretches.pop()
  }

  point(aim: Aim): void {
    this.tip = { place: canonicalPlace(aim.at), snap: aim.snap }
  }

  /** Without the point under the pointer, once the line is finished. */
  settle(): void {
    this.tip = null
  }

  private between(from: Anchor, to: Anchor): Position[] {
    this.lost = false
    const follow = this.bench.tracing.value && FOLLOWED.has(from.snap?.kind ?? '') && FOLLOWED.has(to.snap?.kind ?? '')
    if (!follow) return [from.place, to.place]
    const way = this.bench.way(from.place, to.place)
    this.lost = way === null
    return way ?? [from.place, to.place]
  }

  /** The line as drawn, up to the pointer. */
  line(): Position[] {
    const last = this.anchors.at(-1)
    const moving = last && this.tip && !same(last.place, this.tip.place) ? [this.between(last, this.tip)] : []
    const [first] = this.anchors
    if (!first) return []
    return [...this.stretches, ...moving].reduce<Position[]>((line, stretch) => [...line, ...stretch.slice(1)], [first.place])
  }

  /** The line closed to a ring; null with fewer than three points. */
  ring(): Position[] | null {
    const line = this.line()
    if (line.length < 3) return null
    const [first, last] = [this.anchors[0]!, this.tip ?? this.anchors.at(-1)!]
    const closing = this.between(last, first)
    return same(line[0]!, line.at(-1)!) ? line : [...line, ...closing.slice(1)]
  }

  features(line = this.line()): Feature[] {
    const points = this.anchors.map(({ place }) => pointFeature(place))
    return line.length > 1 ? [lineFeature(line), ...points] : points
  }
}
