/** The map of the wall page: when it is made, what it draws, and what it last said about itself. */
import type { StyleSpecification } from 'maplibre-gl'
import { computed, onBeforeUnmount, reactive, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import { getJson } from '@/api/client'
import type { AreaDetail, Tier } from '@/api/types'
import type { LayerSwitch } from '@/components/OverviewPanel.vue'
import { language, t } from '@/i18n'
import { AreaMap, type Camera, type HoveredArea } from '@/map/AreaMap'
import { LABELS_KEY, composeStyle } from '@/map/composeStyle'
import { loadLabelFont } from '@/map/labelFont'
import { readMapTokens } from '@/map/mapTokens'
import { selectionShape } from '@/map/selectionShape'
import { tierAt, tierBands } from '@/map/tiers'
import { noteSilence } from '@/state/connection'
import { theme } from '@/theme/theme'

const BASE_LAYERS = ['buildings', 'roads', 'water', 'landuse']

export interface WallMapEvents {
  moved(): void
  clicked(code: string | null): void
}

export interface WallMap {
  state: { camera: Camera; pointer: [number, number] | null; hovered: HoveredArea | null; drawn: boolean; settled: boolean; failed: boolean }
  hidden: Ref<Set<string>>
  tier: ComputedRef<Tier | null>
  layers: ComputedRef<LayerSwitch[]>
  map: () => AreaMap | null
  open(container: HTMLElement, start: Camera): Promise<void>
  showTier(key: string): void
}

async function serverStyle(): Promise<StyleSpecification> {
  return getJson<StyleSpecification>(`/tiles/style.json?theme=${theme.value}&lang=${language.value}`)
}

/** The zoom from which any layer of `source` is drawn; null if none is. */
function firstZoom(style: StyleSpecification, source: string): number | null {
  const own = style.layers.filter((layer) => 'source' in layer && layer.source === source)
  const tiles = style.sources[source]
  const fromTiles = tiles && 'minzoom' in tiles ? (tiles.minzoom ?? 0) : 0
  return own.length ? Math.max(fromTiles, Math.min(...own.map((layer) => layer.minzoom ?? 0))) : null
}

export function useWallMap(selected: () => AreaDetail | null, uiScale: Ref<number>, events: WallMapEvents): WallMap {
  const state: WallMap['state'] = reactive({
    camera: { center: [0, 0], zoom: 0 },
    pointer: null,
    hovered: null,
    drawn: false,
    settled: false,
    failed: false,
  })
  const style = shallowRef<StyleSpecification | null>(null)
  const hidden = ref(new Set<string>())
  const bands = computed(() => (style.value ? tierBands(style.value) : []))
  const tier = computed(() => tierAt(bands.value, state.camera.zoom)?.tier ?? null)
  const layers = computed(() => switches(style.value, hidden.value, state.camera.zoom))
  let map: AreaMap | null = null

  function draw(): void {
    if (!map || !style.value) return
    const overlay = { tokens: readMapTokens(), selection: selectionShape(selected()), hidden: hidden.value }
    map.draw(composeStyle(style.value, overlay))
  }

  async function restyle(): Promise<void> {
    try {
      style.value = await serverStyle()
      draw()
    } catch {
      state.failed = style.value === null
    }
  }

  const listener = {
    cameraMoved: (camera: Camera) => {
      state.camera = camera
      events.moved()
    },
    pointerAt: (position: [number, number] | null) => void (state.pointer = position),
    hovered: (area: HoveredArea | null) => {
      state.hovered = area
      map?.mark(area?.code ?? null)
    },
    clicked: events.clicked,
    failed: (lostServer: boolean) => lostServer && noteSilence(),
    drawn: () => void (state.drawn = true),
    settled: () => void (state.settled = true),
  }

  async function open(container: HTMLElement, start: Camera): Promise<void> {
    const [first] = await Promise.all([serverStyle(), loadLabelFont()])
    style.value = first
    state.camera = start
    map = new AreaMap(container, start, listener, uiScale.value)
    map.describe(t('map.label'))
    draw()
  }

  function showTier(key: string): void {
    const band = bands.value.find((entry) => entry.key === key)
    if (band) map?.zoomTo(Math.min(band.maxzoom - 0.2, Math.max(band.minzoom + 0.4, 9)))
  }

  watch(hidden, draw)
  watch(selected, (area) => map?.select(selectionShape(area)))
  watch([theme, language], () => void restyle())
  watch(language, () => map?.describe(t('map.label')))
  watch(uiScale, (scale) => map?.setScale(scale))
  onBeforeUnmount(() => map?.destroy())

  return { state, hidden, tier, layers, map: () => map, open, showTier }
}

function switches(style: StyleSpecification | null, hidden: Set<string>, zoom: number): LayerSwitch[] {
  if (!style) return []
  const base = BASE_LAYERS.flatMap((key) => {
    const from = firstZoom(style, key)
    return from === null ? [] : [{ key, visible: !hidden.has(key), tooFar: zoom < from }]
  })
  return [...base, { key: LABELS_KEY, visible: !hidden.has(LABELS_KEY), tooFar: false }]
}
