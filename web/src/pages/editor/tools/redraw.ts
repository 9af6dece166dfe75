/** Draw a stretch of a border anew, from one place on it to another. */
import { betweenStretches, offRing } from '@/editor/geometry/cut'
import { handedOver } from '@/editor/totals'
import type { Figures } from '@/editor/live'
import type { Grid } from '@/editor/types'
import type { Position } from 'geojson'
import { lineFeature, ringFeature } from './Bench'
import { DrawnTool } from './drawn'
import { BORDERS, EVERYTHING, type Hint } from './tool'

/** Metres: a click this near to a border is on it. */
const ON_BORDER = 0.6

export class RedrawTool extends DrawnTool {
  readonly key = 'redraw'

  override get snaps(): typeof BORDERS {
    return this.drawing.count ? EVERYTHING : BORDERS
  }

  hint(): Hint {
    if (this.drawing.lost) return { key: 'step.traceNoWay', warn: true }
    return { key: this.drawing.count ? 'step.redrawNext' : 'step.redrawStart' }
  }

  protected show(): void {
    const line = this.drawing.line()
    const owners = line.length > 1 ? this.owners(line) : []
    const loop = owners[0] ? betweenStretches(shellOf(owners[0]), line) : null
    this.bench.sketch([...(loop ? [ringFeature(loop)] : []), ...this.drawing.features(line)])
    this.bench.countOver(loop ? owners : [], () => this.handing(owners, loop!))
  }

  /** The grids whose border the line begins and ends on, the selected one first. */
  private owners(line: Position[]): Grid[] {
    const on = (grid: Grid): boolean => [line[0]!, line.at(-1)!].every((end) => offRing(shellOf(grid), end) <= ON_BORDER)
    const [x, y] = line[0] as [number, number]
    const around = this.bench.index.near([x - 1e-5, y - 1e-5, x + 1e-5, y + 1e-5]).filter(on)
    const { selection } = this.bench.store.state
    const rank = (grid: Grid): number => (selection.includes(grid.properties.code) ? 0 : 1)
    return around.sort((one, other) => rank(one) - rank(other))
  }

  /** What changes hands, from whichever of the two has more of it. */
  private handing([owner, other]: Grid[], loop: Position[]): Figures[] {
    if (!owner || !other) return []
    const { buildings } = this.bench.ground
    const { band } = this.bench.store.state
    const [gives, takes] = [handedOver(owner, other, loop, buildings, band), handedOver(other, owner, loop, buildings, band)]
    return Math.abs(gives[0]!.change) >= Math.abs(takes[0]!.change) ? gives : takes
  }

  enter(): void {
    this.drawing.settle()
    const line = this.drawing.line()
    const owner = line.length > 1 ? this.owners(line)[0] : undefined
    if (!owner) return
    const { code } = owner.properties
    void this.bench.give('reshape', { code, line: { type: 'LineString', coordinates: line } }, [lineFeature(line)])
    this.again()
  }
}

const shellOf = (grid: Grid): Position[] => grid.geometry.coordinates[0]![0]!
