/** The map of the plan: made once there is something to show; drawn anew for another theme, language or comparison. */
import type { StyleSpecification } from 'maplibre-gl'
import { onBeforeUnmount, reactive, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { getJson } from '@/api/client'
import { useChanges } from '@/editor/changes'
import type { PlanStore } from '@/editor/store'
import { language, t } from '@/i18n'
import type { Camera } from '@/map/AreaMap'
import { cameraFor } from '@/map/camera'
import { loadLabelFont } from '@/map/labelFont'
import { NOTHING } from '@/map/selectionShape'
import { theme } from '@/theme/theme'
import { EditorMap, type EditorMapListener } from './map/EditorMap'
import { editorStyle } from './map/editorStyle'
import { readEditorTokens } from './map/editorTokens'
import { PlanView } from './map/PlanView'

export interface PlanMap {
  readonly plan: PlanView
  /** The server's style as it was read last. */
  readonly style: ShallowRef<StyleSpecification | null>
  readonly view: { camera: Camera; ready: boolean; failed: boolean; settled: boolean }
  map(): EditorMap | null
  /** Looks at `start`, or at the whole plan. */
  open(container: HTMLElement, start: Camera | null): Promise<void>
  showAll(): void
}

export type Handlers = Omit<EditorMapListener, 'cameraMoved' | 'settled'>

const serverStyle = (): Promise<StyleSpecification> =>
  getJson<StyleSpecification>(`/tiles/style.json?theme=${theme.value}&lang=${language.value}`)

export function usePlanMap(store: PlanStore, handlers: Handlers, uiScale: Ref<number>): PlanMap {
  const changes = useChanges(store)
  const { state } = store
  const plan = new PlanView(state)
  const view: PlanMap['view'] = reactive({ camera: { center: [0, 0], zoom: 0 }, ready: false, failed: false, settled: false })
  let map: EditorMap | null = null
  const style = shallowRef<StyleSpecification | null>(null)

  function draw(): void {
    if (!map || !style.value) return
    map.draw(editorStyle(style.value, { tokens: readEditorTokens(), overlayLive: state.compare === 'overlay', data: map.data }))
  }

  async function restyle(): Promise<void> {
    style.value = await serverStyle()
    plan.refill()
    draw()
    map?.describe(t('editor.mapLabel'))
  }

  async function open(container: HTMLElement, start: Camera | null): Promise<void> {
    try {
      const [first] = await Promise.all([serverStyle(), loadLabelFont()])
      style.value = first
    } catch {
      view.failed = true
      return
    }
    view.camera = start ?? cameraFor(plan.wholeBox(), container.clientWidth, container.clientHeight)
    const listener = {
      ...handlers,
      cameraMoved: (camera: Camera) => void (view.camera = camera),
      settled: () => void (view.settled = true),
    }
    map = new EditorMap(container, view.camera, listener, () => readEditorTokens().sketch, uiScale.value)
    map.describe(t('editor.mapLabel'))
    plan.show(map)
    draw()
    plan.markSelection(state.selection)
    view.ready = true
  }

  follow(store, plan)
  watch(changes, (found) => map?.set('changes', found ?? NOTHING))
  watch(() => state.compare === 'overlay', draw)
  watch([theme, language], () => void restyle())
  watch(uiScale, (scale) => map?.setScale(scale))
  onBeforeUnmount(() => map?.destroy())

  return { plan, view, map: () => map, style, open, showAll: () => map?.show(plan.wholeBox()) }
}

/** Carries what changes in the store to the map. */
function follow(store: PlanStore, plan: PlanView): void {
  const { state } = store
  const silent = store.listen({
    gridsChanged: (changed, removed, whole) => plan.gridsChanged(changed, removed, whole),
    show: (target) => plan.goTo(target),
  })
  watch(() => [...state.selection], (now, before) => plan.markSelection(now, before))
  watch(() => state.hovered, (now, before) => plan.markHovered(now, before))
  watch(() => [state.defects, state.defect], () => plan.drawDefects())
  watch(() => [...state.overlays.values()], () => plan.drawOverlays())
  onBeforeUnmount(silent)
}
