/** Move corners and edges: every grid that has the corner follows, live. */
import type { Feature, Position } from 'geojson'
import { ringsOf } from '@/editor/geometry/polygons'
import { canonicalPlace } from '@/editor/geometry/plane'
import { hasHold, moved, type Hold } from '@/editor/geometry/move'
import type { Segment } from '@/editor/snapping/LineIndex'
import { keyOf, same } from '@/editor/snapping/segments'
import type { Snap } from '@/editor/snapping/Snapper'
import { reshaped } from '@/editor/totals'
import type { Grid } from '@/editor/types'
import { collection } from '../map/draftData'
import { outlines, pointFeature, type Bench } from './Bench'
import { BORDERS, EVERYTHING, type Aim, type Hint, type Tool } from './tool'

interface Drag {
  hold: Hold
  grids: Grid[]
  to: Position
}

export class ReshapeTool implements Tool {
  readonly key = 'reshape'
  readonly cursor = 'default'
  private drag: Drag | null = null
  private over: Snap | null = null
  private shownFor = ''

  constructor(private readonly bench: Bench) {}

  get snaps(): typeof BORDERS {
    return this.drag ? EVERYTHING : BORDERS
  }

  /** What is being moved draws nothing towards itself. */
  readonly skip = ({ a, b }: Segment): boolean => {
    if (!this.drag) return false
    const { at, edge } = this.drag.hold
    if (!edge) return same(a, at) || same(b, at)
    return (same(a, edge[0]) && same(b, edge[1])) || (same(a, edge[1]) && same(b, edge[0]))
  }

  hint(): Hint {
    if (this.drag) return { key: 'step.reshapeDrag' }
    return this.over?.kind === 'fixed' ? { key: 'step.reshapeFixed', warn: true } : { key: 'step.reshape' }
  }

  moved(aim: Aim): void {
    this.over = aim.snap
    this.bench.map().cursor(aim.snap && aim.snap.kind !== 'fixed' ? 'grab' : 'default')
    this.showHandles(aim)
  }

  /** The corners of the grid under the pointer, and of those that are selected. */
  private showHandles({ place }: Aim): void {
    const codes = new Set([...this.bench.store.state.selection, this.bench.gridAt(place)?.properties.code ?? ''])
    const grids = [...codes].map((code) => this.bench.grid(code)).filter((grid): grid is Grid => grid !== null)
    const key = `${grids.map(({ properties }) => properties.code).join()} ${this.bench.borders.version}`
    if (key === this.shownFor) return
    this.shownFor = key
    const places = new Map(grids.flatMap((grid) => ringsOf(grid.geometry).flat()).map((corner) => [keyOf(corner), corner]))
    const handle = (corner: Position): Feature => ({
      ...pointFeature(corner),
      properties: { part: this.bench.snapper.isFixed(corner) ? 'fixed' : 'corner' },
    })
    this.bench.map().set('handles', collection([...places.values()].map(handle)))
    this.bench.prepare(grids)
  }

  pressed({ snap }: Aim): boolean {
    if (!snap || snap.kind === 'fixed' || !this.bench.store.state.editable) return false
    const hold = this.holdAt(snap)
    if (!hold) return false
    const grids = this.bench.index.near([...hold.at, ...hold.at] as [number, number, number, number]).filter((grid) => hasHold(grid.geometry, hold))
    if (!grids.length || (hold.edge && this.bench.snapper.isFixed(hold.at))) return false
    this.bench.prepare(grids)
    this.drag = { hold, grids, to: hold.at }
    this.bench.map().set('handles', collection([]))
    this.bench.map().cursor('grabbing')
    return true
  }

  private holdAt(snap: Snap): Hold | null {
    if (snap.kind === 'vertex') return { at: snap.place, edge: null }
    const [x, y] = snap.place as [number, number]
    const edges = this.bench.borders.in([x - 1e-7, y - 1e-7, x + 1e-7, y + 1e-7]).filter(({ owner }) => owner === snap.name)
    const edge = edges.find(({ a, b }) => between(snap.place, a, b))
    return edge ? { at: canonicalPlace(snap.place), edge: [edge.a, edge.b] } : null
  }

  dragged(aim: Aim): void {
    if (!this.drag) return
    this.drag.to = canonicalPlace(aim.at)
    const after = this.after(this.drag)
    this.bench.preview(after, this.drag.to)
    const { ground, store } = this.bench
    const { grids } = this.drag
    this.bench.countOver(grids, () => grids.map((grid, i) => reshaped(grid, after[i]!.geometry, ground.buildings, store.state.band)))
  }

  private after({ hold, grids, to }: Drag): Grid[] {
    return grids.map((grid) => ({ ...grid, geometry: moved(grid.geometry, hold, to) }))
  }

  released(): void {
    const { drag } = this
    this.drag = null
    this.shownFor = ''
    if (!drag || same(drag.to, drag.hold.at)) return this.bench.clear()
    void this.bench.give('reshape', { moves: [{ from: drag.hold.at, to: drag.to }] }, outlines(this.after(drag)))
  }

  /** Takes out the corner under the pointer. */
  remove(): void {
    if (this.over?.kind !== 'vertex') return
    void this.bench.give('reshape', { moves: [{ from: this.over.place, to: null }] })
  }

  escape(): boolean {
    const had = this.drag !== null
    this.drag = null
    this.shownFor = ''
    this.bench.map().stopDrag()
    this.bench.clear()
    return had
  }

  stop(): void {
    this.escape()
    this.bench.map().set('handles', collection([]))
  }
}

/** Whether a place that was put on a segment and rounded lies between its ends. */
function between(place: Position, a: Position, b: Position): boolean {
  const [dx, dy] = [b[0]! - a[0]!, b[1]! - a[1]!]
  const share = ((place[0]! - a[0]!) * dx + (place[1]! - a[1]!) * dy) / (dx * dx + dy * dy || 1)
  const off = Math.hypot(place[0]! - a[0]! - share * dx, place[1]! - a[1]! - share * dy)
  return share > 0 && share < 1 && off < 2e-8
}
