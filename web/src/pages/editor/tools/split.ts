/** Divide a grid along a line: drawn freely, or (`traceSplit`) along a street between two clicked points. */
import type { Position } from 'geojson'
import { halves, offRing } from '@/editor/geometry/cut'
import { distance, planeAt } from '@/editor/geometry/plane'
import { holds, ringsOf } from '@/editor/geometry/polygons'
import { pieces } from '@/editor/totals'
import type { Grid } from '@/editor/types'
import { t } from '@/i18n'
import { lineFeature, type Bench } from './Bench'
import { DrawnTool } from './drawn'
import type { Aim, Hint } from './tool'

/** Metres: an end this near to the border is meant to be on it; the server puts it there. */
const ON_BORDER = 0.5

export class SplitTool extends DrawnTool {
  private target: Grid | null = null

  constructor(
    bench: Bench,
    readonly key: 'split' | 'traceSplit',
  ) {
    super(bench)
    if (key === 'traceSplit') bench.tracing.value = true
  }

  private get tracing(): boolean {
    return this.bench.tracing.value
  }

  hint(): Hint {
    if (this.drawing.lost) return { key: 'step.traceNoWay', warn: true }
    if (this.drawing.count === 0) return { key: this.tracing ? 'step.traceStart' : 'step.splitStart' }
    if (this.drawing.count === 1) return { key: this.tracing ? 'step.traceNext' : 'step.lineEnd' }
    return { key: 'step.lineNext' }
  }

  override clicked(aim: Aim): void {
    this.drawing.add(aim)
    if (this.key === 'traceSplit' && this.drawing.count === 2) this.enter()
    else this.show()
  }

  protected show(): void {
    const line = this.reaching(this.drawing.line())
    this.bench.sketch(this.drawing.features(line))
    const { target } = this
    const cut = target && line.length > 1 ? halves(target.geometry.coordinates[0]![0]!, line) : null
    if (!target || !cut) return this.bench.count([])
    const { ground, store } = this.bench
    this.bench.countOver([target], () => pieces(target, cut, ground.buildings, store.state.band, t('split.new')))
  }

  /** The grid that the line divides: the selected one if it runs through it, else the one it runs through longest. */
  private divided(line: Position[]): Grid | null {
    const lengths = new Map<string, number>()
    const plane = planeAt(line[0]![1]!)
    for (let i = 1; i < line.length; i += 1) {
      const [a, b] = [line[i - 1]!, line[i]!]
      for (const share of [0.1, 0.3, 0.5, 0.7, 0.9]) {
        const code = this.bench.gridAt([a[0]! + share * (b[0]! - a[0]!), a[1]! + share * (b[1]! - a[1]!)])?.properties.code
        if (code) lengths.set(code, (lengths.get(code) ?? 0) + distance(a, b, plane))
      }
    }
    const { selection } = this.bench.store.state
    const chosen = selection.length === 1 && lengths.has(selection[0]!) ? selection[0]! : null
    const longest = [...lengths].sort((p, q) => q[1] - p[1])[0]?.[0]
    return this.bench.grid(chosen ?? longest)
  }

  /** The line led on at both ends, along the street where it follows one, until it leaves the grid. */
  private reaching(line: Position[]): Position[] {
    if (line.length < 2) return line
    const target = this.divided(line)
    if (target && target !== this.target) this.bench.prepare([target])
    this.target = target
    if (!target || !this.tracing) return line
    const rings = ringsOf(target.geometry)
    const inside = (place: Position): boolean => holds(rings, place[0]!, place[1]!) && rings.every((ring) => offRing(ring, place) > ON_BORDER)
    const on = (way: Position[]): Position[] => {
      const [before, end] = [way.at(-2)!, way.at(-1)!]
      return inside(end) ? [...way, ...this.bench.network([end]).follow(before, end, inside)] : way
    }
    return on(on([...line].reverse()).reverse())
  }

  enter(): void {
    this.drawing.settle()
    const line = this.reaching(this.drawing.line())
    if (line.length < 2) return
    if (!this.target) return this.bench.store.tell({ tone: 'refused', text: t('error.noGrid') })
    const { code } = this.target.properties
    void this.bench.give('split', { code, line: { type: 'LineString', coordinates: line }, keep: this.bench.keep.value }, [lineFeature(line)])
    this.again()
  }

  protected override again(): void {
    super.again()
    this.target = null
  }

  override stop(): void {
    super.stop()
    if (this.key === 'traceSplit') this.bench.tracing.value = false
  }
}
