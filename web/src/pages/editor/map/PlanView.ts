/** The plan on the map: keeps the map's sources and marks true to the store, and looks where it is asked to. */
import type { Feature, FeatureCollection } from 'geojson'
import type { Box } from '@/api/types'
import { boxOf, joinedBox } from '@/editor/geometry/polygons'
import { GridIndex } from '@/editor/grids'
import type { State, Target } from '@/editor/state'
import type { Defect, Grid } from '@/editor/types'
import { collection, drawn, named } from './draftData'
import type { EditorMap } from './EditorMap'
import { placeBox, placePoint } from './places'

export class PlanView {
  readonly index = new GridIndex()
  private map: EditorMap | null = null

  constructor(private readonly state: State) {}

  /** From now on the map shows the plan. */
  show(map: EditorMap): void {
    this.map = map
    this.refill()
    this.drawDefects()
    this.drawOverlays()
  }

  refill(): void {
    this.map?.set('draft', this.every(drawn))
    this.map?.set('names', this.every(named))
    this.map?.set('villages-of-plan', collection([...this.state.villages.values()]))
  }

  private every(make: (grid: Grid) => Feature): FeatureCollection {
    return collection([...this.state.grids.values()].map(make))
  }

  gridsChanged(changed: Grid[], removed: string[], whole: boolean): void {
    if (whole) this.index.clear()
    this.index.take(changed, removed)
    if (!this.map) return
    if (whole) return this.refill()
    this.map.update('draft', this.every(drawn), changed.map(drawn), removed)
    this.map.update('names', this.every(named), changed.map(named), removed)
  }

  markSelection(now: string[], before: string[] = []): void {
    for (const code of before) if (!now.includes(code)) this.map?.mark(code, 'selected', false)
    for (const code of now) this.map?.mark(code, 'selected', true)
  }

  markHovered(now: string | null, before: string | null): void {
    if (before) this.map?.mark(before, 'hover', false)
    if (now) this.map?.mark(now, 'hover', true)
  }

  drawDefects(): void {
    const { defects, defect: current } = this.state
    const words = defects.map((defect, at) => pinned(defect, at, current))
    this.map?.set('defects', collection(defects.map((defect, at) => ({ ...defect, properties: words[at]! }))))
    this.map?.set('pins', collection(defects.map(({ geometry }, at) => placePoint(geometry, words[at]!))))
  }

  drawOverlays(): void {
    // The difference is hatched always, not only while its panel is open.
    const shown = [...this.state.overlays].filter(([key]) => key !== 'diff').map(([, overlay]) => overlay)
    const all = shown.flatMap(({ data, look }) =>
      data.features.map((feature) => ({ ...feature, properties: { ...feature.properties, look } })),
    )
    this.map?.set('overlay', collection(all))
  }

  wholeBox(): Box {
    const boxes = this.boxesOf(this.state.grids.keys())
    if (boxes.length) return joinedBox(boxes)
    return joinedBox([...this.state.villages.values()].map(({ geometry }) => boxOf(geometry.coordinates.flat())))
  }

  private boxesOf(codes: Iterable<string>): Box[] {
    return [...codes].map((code) => this.index.box(code)).filter((box): box is Box => box !== null)
  }

  goTo(target: Target): void {
    if ('place' in target) return this.map?.show(placeBox(target.place))
    const boxes = this.boxesOf(target.codes)
    if (boxes.length) this.map?.show(joinedBox(boxes))
  }
}

function pinned(defect: Defect, at: number, current: number | null): Record<string, unknown> {
  return { number: String(at + 1), severity: defect.properties.severity ?? 'error', current: at === current }
}
