/**
 * What tools work with: the plan, the ground around it, and the map's sources for what is drawn and what would
 * change. A tool that shows grids as they would be hides them as they are until it is told how it went.
 */
import type { Feature, LineString, MultiPolygon, Position } from 'geojson'
import { ref, shallowReactive, type Ref } from 'vue'
import type { Box } from '@/api/types'
import { boxOf, joinedBox, ringsOf } from '@/editor/geometry/polygons'
import { planeAt } from '@/editor/geometry/plane'
import type { Ground } from '@/editor/ground'
import type { GridIndex } from '@/editor/grids'
import type { Figures } from '@/editor/live'
import { LineIndex } from '@/editor/snapping/LineIndex'
import { networkAround, type Network } from '@/editor/snapping/Network'
import { Snapper, type Snap, type SnapWish } from '@/editor/snapping/Snapper'
import type { PlanStore } from '@/editor/store'
import type { CommandArguments, CommandKind, Grid } from '@/editor/types'
import type { Outcome } from '@/editor/sending'
import type { EditorMap } from '../map/EditorMap'
import { collection } from '../map/draftData'

export const KEEP_SIDES = ['largest', 'west', 'east', 'north', 'south'] as const
export type KeepSide = (typeof KEEP_SIDES)[number]

/** Metres around two clicked points in which a way is sought. */
const DETOUR = 1200

export class Bench {
  /** Borders of the plan's grids, by code. */
  readonly borders = new LineIndex()
  readonly villages = new LineIndex()
  readonly snapper: Snapper
  /** Whether drawn lines follow streets. */
  readonly tracing: Ref<boolean> = ref(false)
  /** Which part of a grid that is split goes on under its code. */
  readonly keep: Ref<KeepSide> = ref('largest')
  readonly figures = shallowReactive<{ shown: Figures[] }>({ shown: [] })
  private hidden: string[] = []
  private drawn: Feature[] = []
  /** Counts what was shown, so that a late answer does not clear what was drawn after it. */
  private turn = 0
  private ways: { key: string; network: Network } | null = null

  constructor(
    readonly store: PlanStore,
    readonly index: GridIndex,
    readonly ground: Ground,
    readonly map: () => EditorMap,
  ) {
    this.snapper = new Snapper(this.borders, ground.lines, this.villages)
  }

  // ---- what the pointer means ----------------------------------------------------------------------------

  gridsChanged(changed: Grid[], removed: string[], whole: boolean): void {
    if (whole) this.takeVillages()
    if (whole) this.borders.clear()
    for (const code of [...removed, ...changed.map((grid) => grid.properties.code)]) this.borders.remove(code)
    for (const { properties, geometry } of changed) this.borders.add(properties.code, 'border', '', ringsOf(geometry))
  }

  private takeVillages(): void {
    this.villages.clear()
    for (const [code, { properties, geometry }] of this.store.state.villages) {
      this.villages.add(code, 'village', properties.name, ringsOf(geometry))
    }
  }

  metres(pixels: number): number {
    return pixels * this.map().degreesPerPixel() * planeAt(this.map().camera().center[1]).kx
  }

  snap(place: Position, pixels: number, wish: SnapWish): Snap | null {
    return this.snapper.snap(place, this.metres(pixels), wish)
  }

  grid(code: string | null | undefined): Grid | null {
    return (code && this.store.state.grids.get(code)) || null
  }

  gridAt(place: Position): Grid | null {
    return this.index.at(place)
  }

  /** The way along streets and shores between two places, or null. */
  way(from: Position, to: Position): Position[] | null {
    return this.network([from, to]).way(from, to)
  }

  network(places: Position[]): Network {
    const box = boxOf([places])
    const wide = Math.ceil(Math.max(box[2] - box[0], box[3] - box[1]) / 0.01)
    const key = [this.ground.lines.version, wide, ...[box[0], box[1]].map((value) => Math.floor(value / 0.005))].join()
    if (this.ways?.key !== key) this.ways = { key, network: networkAround(this.ground.lines, places, DETOUR) }
    return this.ways.network
  }

  // ---- what is shown -------------------------------------------------------------------------------------

  sketch(features: Feature[]): void {
    this.turn += 1
    this.drawn = features
    this.showSketch()
  }

  /** The tool's own drawing, and what still waits to be sent. */
  showSketch(): void {
    const { save, pending } = this.store.state
    const held = save === 'offline' || save === 'signedOut' ? pending : []
    const waiting = held.flatMap(({ sketch }) => sketch?.features ?? [])
    const marked = waiting.map((feature) => ({ ...feature, properties: { ...feature.properties, part: 'waiting' } }))
    this.map().set('sketch', collection([...marked, ...this.drawn]))
  }

  /** Shows these grids as they would be, in place of what they are, and the corner that the hand holds. */
  preview(grids: Grid[], held: Position | null = null): void {
    this.turn += 1
    const codes = grids.map((grid) => grid.properties.code)
    this.hide(codes)
    this.map().set('live', collection<Feature>([...grids, ...(held ? [heldCorner(held)] : [])]))
  }

  private hide(codes: string[]): void {
    for (const code of this.hidden) if (!codes.includes(code)) this.map().mark(code, 'edited', false)
    for (const code of codes) if (!this.hidden.includes(code)) this.map().mark(code, 'edited', true)
    this.hidden = codes
  }

  count(figures: Figures[]): void {
    this.turn += 1
    this.figures.shown = figures
  }

  /** Figures that `make` reckons from the buildings of these grids: now, or as soon as they have come. */
  countOver(grids: Grid[], make: () => Figures[]): void {
    if (!grids.length) return this.count([])
    const box = boxAll(grids)
    if (this.ground.hasBuildings(box)) return this.count(make())
    this.count([])
    const { turn } = this
    void this.ground.ensureBuildings(box).then((came) => came && turn === this.turn && this.count(make()))
  }

  /** Nothing is drawn, nothing would change. */
  clear(): void {
    this.sketch([])
    this.count([])
    if (this.hidden.length) this.preview([])
  }

  // ---- commands ------------------------------------------------------------------------------------------

  /** Gives a command; what is shown of it goes once it is known how it went. */
  async give<K extends CommandKind>(kind: K, args: CommandArguments[K], sketch: Feature[] = []): Promise<Outcome> {
    const { turn } = this
    const outcome = await this.store.run(kind, args, sketch.length ? collection(sketch) : null)
    if (turn === this.turn) this.clear()
    return outcome
  }

  /** Has the buildings of these grids fetched before they are asked for. */
  prepare(grids: Grid[]): void {
    if (grids.length) void this.ground.ensureBuildings(boxAll(grids))
  }
}

const boxAll = (grids: Grid[]): Box => joinedBox(grids.map(({ geometry }) => boxOf(ringsOf(geometry))))

export const lineFeature = (coordinates: Position[]): Feature<LineString> => ({
  type: 'Feature',
  properties: {},
  geometry: { type: 'LineString', coordinates },
})

export const pointFeature = (coordinates: Position): Feature => ({
  type: 'Feature',
  properties: {},
  geometry: { type: 'Point', coordinates },
})

/** With a code, as every feature of what follows the hand has one. */
const heldCorner = (place: Position): Feature => ({ ...pointFeature(place), properties: { code: 'held', part: 'corner' } })

export const ringFeature = (ring: Position[]): Feature => ({
  type: 'Feature',
  properties: {},
  geometry: { type: 'Polygon', coordinates: [ring] },
})

/** The outlines of grids as lines, as a waiting command is drawn. */
export const outlines = (grids: { geometry: MultiPolygon }[]): Feature[] =>
  grids.flatMap(({ geometry }) => ringsOf(geometry).map(lineFeature))

