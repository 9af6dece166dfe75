/** The tool in hand: what the pointer means to it, and what it says. */
import { onBeforeUnmount, reactive, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { Ground } from '@/editor/ground'
import { titleOf } from '@/editor/load'
import type { GridIndex } from '@/editor/grids'
import type { Snap } from '@/editor/snapping/Snapper'
import type { PlanStore } from '@/editor/store'
import { t } from '@/i18n'
import type { EditorMap, Pointer } from './map/EditorMap'
import { Bench } from './tools/Bench'
import { TOOLS } from './tools/palette'
import type { Aim, Hint, Tool, ToolKey } from './tools/tool'
import type { Handlers } from './usePlanMap'

export interface Cursor {
  point: { x: number; y: number } | null
  place: [number, number] | null
  /** Where the thing snapped to is on the map, and what it is. */
  mark: { x: number; y: number; snap: Snap } | null
}

const SNAP_PIXELS = 12
const LINES_FROM_ZOOM = 13

export class ToolHand {
  readonly bench: Bench
  readonly tool: ShallowRef<Tool>
  readonly hint: Ref<Hint>
  readonly cursor: Cursor = reactive({ point: null, place: null, mark: null })
  readonly snapping = ref(true)
  private last: Pointer | null = null

  constructor(
    private readonly store: PlanStore,
    private readonly index: GridIndex,
    private readonly map: () => EditorMap | null,
  ) {
    this.bench = new Bench(store, index, new Ground(store.id), () => map()!)
    this.tool = shallowRef(TOOLS[0]!.make(this.bench))
    this.hint = ref(this.tool.value.hint())
  }

  take(key: ToolKey): void {
    const entry = TOOLS.find((one) => one.key === key)
    if (!entry || (key !== 'select' && !this.store.state.editable)) return
    this.tool.value.stop?.()
    this.tool.value = entry.make(this.bench)
    this.map()?.cursor(this.tool.value.cursor)
    this.refresh()
  }

  toggleTrace(): void {
    this.bench.tracing.value = !this.bench.tracing.value
  }

  /** What the pointer, where it last stood, means after something else has changed. */
  refresh(): void {
    if (!this.last || !this.map()) return void (this.hint.value = this.tool.value.hint())
    const aim = this.aimed(this.last)
    this.tool.value.moved?.(aim)
    this.follow(aim)
  }

  click(pointer: Pointer): void {
    if (this.store.picked(pointer.place)) return
    const aim = this.aimed(pointer)
    this.tool.value.clicked?.(aim)
    this.follow(aim)
  }

  readonly handlers: Handlers = {
    pointed: (pointer) => this.pointed(pointer),
    pressed: (pointer) => this.tool.value.pressed?.(this.aimed(pointer)) ?? false,
    dragged: (pointer) => this.dragged(pointer),
    released: (pointer) => {
      this.tool.value.released?.(this.aimed(pointer))
      this.refresh()
    },
    clicked: (pointer) => this.click(pointer),
    doubled: (pointer) => {
      this.tool.value.doubled?.(this.aimed(pointer))
      this.refresh()
    },
  }

  private pointed(pointer: Pointer | null): void {
    this.last = pointer
    this.store.hover(pointer ? (this.index.at(pointer.place)?.properties.code ?? null) : null)
    if (pointer) this.refresh()
    else this.follow(null)
  }

  private dragged(pointer: Pointer): void {
    this.last = pointer
    const aim = this.aimed(pointer)
    this.tool.value.dragged?.(aim)
    this.follow(aim)
  }

  private aimed(pointer: Pointer): Aim {
    const { snaps, skip } = this.tool.value
    const on = snaps && this.snapping.value && !pointer.alt
    const snap = on ? this.bench.snap(pointer.place, SNAP_PIXELS, { only: snaps, ...(skip ? { skip } : {}) }) : null
    return { ...pointer, snap, at: snap?.place ?? pointer.place }
  }

  private follow(aim: Aim | null): void {
    this.cursor.point = aim?.point ?? null
    this.cursor.place = aim ? (aim.at as [number, number]) : null
    this.cursor.mark = aim?.snap ? { ...this.map()!.project(aim.snap.place), snap: aim.snap } : null
    this.hint.value = this.tool.value.hint()
  }
}

export function useTools(store: PlanStore, index: GridIndex, map: () => EditorMap | null): ToolHand {
  const hand = new ToolHand(store, index, map)
  const silent = store.listen({ gridsChanged: (...change) => hand.bench.gridsChanged(...change) })
  watch(() => [store.state.pending, store.state.save], () => map() && hand.bench.showSketch())
  watch(() => store.state.editable, (editable) => editable || hand.take('select'))
  watch(hand.bench.tracing, () => hand.refresh())
  onBeforeUnmount(silent)
  return hand
}

/** Streets of what is in sight are fetched once one is close enough to draw. */
export function fetchGround({ bench }: ToolHand, map: EditorMap): void {
  if (map.camera().zoom >= LINES_FROM_ZOOM) void bench.ground.ensureLines(map.bounds())
}

export function snapWords({ kind, name }: Snap, bench: Bench): string {
  const grid = bench.grid(name)
  const called = kind === 'street' || kind === 'shore' || kind === 'crossing' || kind === 'meeting' ? name : grid ? titleOf(grid) : ''
  return called ? `${t(`snap.${kind}`)} · ${called}` : t(`snap.${kind}`)
}
