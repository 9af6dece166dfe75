/** Tools that draw a piece of ground: give it to another grid, or make a new grid of it. */
import type { Position } from 'geojson'
import { boxOf, holds, innerPoint, ringsOf } from '@/editor/geometry/polygons'
import { planeAt, ringArea } from '@/editor/geometry/plane'
import { plus } from '@/editor/buildings'
import { loadOf, titleOf } from '@/editor/load'
import type { Figures } from '@/editor/live'
import { figures, handedOver } from '@/editor/totals'
import type { Grid } from '@/editor/types'
import { t } from '@/i18n'
import { ringFeature, type Bench } from './Bench'
import { DrawnTool } from './drawn'
import type { Aim, Hint } from './tool'

abstract class PieceTool extends DrawnTool {
  protected abstract counted(ring: Position[]): Figures[]
  protected abstract give(ring: Position[]): void

  protected show(): void {
    const ring = this.drawing.ring()
    this.bench.sketch([...(ring ? [ringFeature(ring)] : []), ...this.drawing.features()])
    this.bench.countOver(ring ? this.below(ring) : [], () => this.counted(ring!))
  }

  /** The grids that have ground in the ring, most of it first: by points strewn over the ring. */
  protected below(ring: Position[]): Grid[] {
    const counts = new Map<Grid, number>()
    for (const place of strewn(ring)) {
      const grid = this.bench.gridAt(place)
      if (grid) counts.set(grid, (counts.get(grid) ?? 0) + 1)
    }
    return [...counts].sort((a, b) => b[1] - a[1]).map(([grid]) => grid)
  }

  enter(): void {
    this.drawing.settle()
    const ring = this.drawing.ring()
    if (!ring) return
    this.give(ring)
    this.again()
  }
}

export class TransferTool extends PieceTool {
  readonly key = 'transfer'
  private taker: string | null

  constructor(bench: Bench) {
    super(bench)
    const { selection } = bench.store.state
    this.taker = selection.length === 1 ? selection[0]! : null
  }

  hint(): Hint {
    if (this.drawing.lost) return { key: 'step.traceNoWay', warn: true }
    const taker = this.bench.grid(this.taker)
    if (!taker) return { key: 'step.transferTo' }
    if (this.drawing.count > 1) return { key: 'step.polygonNext' }
    return { key: 'step.transferDraw', params: { name: titleOf(taker) } }
  }

  override clicked(aim: Aim): void {
    if (this.bench.grid(this.taker)) return super.clicked(aim)
    this.taker = this.bench.gridAt(aim.place)?.properties.code ?? null
    this.bench.store.select(this.taker ? [this.taker] : [])
  }

  private giver(ring: Position[]): Grid | null {
    return this.below(ring).find((grid) => grid.properties.code !== this.taker) ?? null
  }

  protected counted(ring: Position[]): Figures[] {
    const [giver, taker] = [this.giver(ring), this.bench.grid(this.taker)]
    return giver && taker ? handedOver(giver, taker, ring, this.bench.ground.buildings, this.bench.store.state.band) : []
  }

  protected give(ring: Position[]): void {
    const giver = this.giver(ring)
    if (!giver || !this.taker) return this.bench.store.tell({ tone: 'refused', text: t('error.noPiece') })
    const args = { from: giver.properties.code, to: this.taker, polygon: { type: 'Polygon' as const, coordinates: [ring] } }
    void this.bench.give('transfer', args, [ringFeature(ring)])
  }

  override escape(): boolean {
    if (super.escape()) return true
    const had = this.taker !== null
    this.taker = null
    return had
  }
}

export class CreateTool extends PieceTool {
  readonly key = 'create'

  hint(): Hint {
    if (this.drawing.lost) return { key: 'step.traceNoWay', warn: true }
    return { key: this.drawing.count ? 'step.polygonNext' : 'step.createStart' }
  }

  protected counted(ring: Position[]): Figures[] {
    const { buildings } = this.bench.ground
    const { band } = this.bench.store.state
    const left = this.below(ring).map((grid) => {
      const gone = buildings.within([ring], ringsOf(grid.geometry))
      const { households, residents, buildings: houses, area_m2 } = grid.properties
      const counts = plus({ households: households ?? 0, residents: residents ?? 0, buildings: houses ?? 0 }, gone, -1)
      return figures(grid, counts, area_m2, band)
    })
    const made = buildings.within([ring])
    const area_m2 = ringArea(ring, planeAt(ring[0]![1]!))
    const load = loadOf(made.households, 'general', band)
    return [{ code: '', title: t('split.new'), kind: 'general', ...made, area_m2, load, change: made.households }, ...left]
  }

  protected give(ring: Position[]): void {
    void this.bench.give('create', { polygon: { type: 'Polygon', coordinates: [ring] } }, [ringFeature(ring)]).then((outcome) => {
      if (outcome.status !== 'done') return
      const [made] = outcome.answer.codes.filter((code) => {
        const grid = this.bench.grid(code)
        const [x, y] = innerPoint({ type: 'MultiPolygon', coordinates: [[ring]] }) as [number, number]
        return grid && holds(ringsOf(grid.geometry), x, y)
      })
      if (made) this.bench.store.select([made])
    })
  }
}

const STREWN = 9

/** Points inside the ring, row by row. */
function* strewn(ring: Position[]): Generator<Position> {
  const [west, south, east, north] = boxOf([ring])
  for (let i = 1; i < STREWN; i += 1) {
    for (let j = 1; j < STREWN; j += 1) {
      const [x, y] = [west + ((east - west) * i) / STREWN, south + ((north - south) * j) / STREWN]
      if (holds([ring], x, y)) yield [x, y]
    }
  }
}
