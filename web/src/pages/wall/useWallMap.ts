/** The map of the wall page: when it is made, what it draws, and what it last said about itself. */
import type { FeatureCollection } from 'geojson'
import type { MapGeoJSONFeature, StyleSpecification } from 'maplibre-gl'
import { computed, onBeforeUnmount, reactive, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import { getJson } from '@/api/client'
import type { AreaDetail, Box, Tier } from '@/api/types'
import { language, t } from '@/i18n'
import type { Framed } from '@/map/camera'
import { AreaMap, type Camera, type HoveredArea, type MapListener } from '@/map/AreaMap'
import { composeStyle } from '@/map/composeStyle'
import { loadLabelFont } from '@/map/labelFont'
import { readMapTokens } from '@/map/mapTokens'
import { NOTHING, selectionShape } from '@/map/selectionShape'
import { tierAt, tierBands } from '@/map/tiers'
import { noteSilence } from '@/state/connection'
import { theme } from '@/theme/theme'
import type { LayerTree } from '@/wall/layerTree'
import { HEAT, LIVE, overlays, type OverlayData, type OverlayKey } from '@/wall/overlays'

export interface WallMapEvents {
  moved(): void
  clicked(code: string | null): void
  pressed(place: [number, number], features: MapGeoJSONFeature[]): boolean
  rested(box: Box): void
}

export interface WallMap {
  state: { camera: Camera; pointer: [number, number] | null; hovered: HoveredArea | null; drawn: boolean; settled: boolean; failed: boolean }
  /** Only the selected area is shown. */
  only: Ref<boolean>
  tier: ComputedRef<Tier | null>
  /** Layers that are drawn only further in than now. */
  tooFar: ComputedRef<Set<string>>
  map: () => AreaMap | null
  /** With `framed` that is kept whole in the picture until somebody moves it. */
  open(container: HTMLElement, start: Camera, framed: Framed | null): Promise<void>
  showTier(key: string): void
  put(key: OverlayKey, data: FeatureCollection): void
  /** Reads the style anew, as after signing in: there may be other layers. */
  restyle(): Promise<void>
}

/** The server's layer of open incidents: where they are live, they stand in for it, and its switch is theirs. */
const INCIDENTS = 'incidents'

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

export function useWallMap(selected: () => AreaDetail | null, tree: LayerTree, uiScale: Ref<number>, events: WallMapEvents): WallMap {
  const state = reactive(freshState())
  const style = shallowRef<StyleSpecification | null>(null)
  const only = ref(false)
  const data: OverlayData = { situation: NOTHING, live: NOTHING, past: NOTHING, measure: NOTHING, found: NOTHING }
  const bands = computed(() => (style.value ? tierBands(style.value) : []))
  const tier = computed(() => tierAt(bands.value, state.camera.zoom)?.tier ?? null)
  const tooFar = computed(() => beyond(style.value, state.camera.zoom))
  let map: AreaMap | null = null

  function draw(): void {
    if (!map || !style.value) return
    const tokens = readMapTokens()
    const area = selected()
    const { off, on, opacity } = tree
    map.draw(
      composeStyle(style.value, {
        tokens,
        selection: selectionShape(area),
        chosen: area?.properties.code ?? null,
        hidden: live() ? new Set([...off.value, INCIDENTS]) : off.value,
        shown: on.value,
        opacity: opacity.value,
        only: only.value && area ? area.geometry : null,
        extra: overlays(data, tokens, off.value.has(INCIDENTS) ? 'none' : on.value.has(HEAT) ? 'heat' : 'marks'),
      }),
    )
  }

  /** Also where a filter leaves none of them. */
  const live = (): boolean => data.live !== NOTHING

  function put(key: OverlayKey, shape: FeatureCollection): void {
    const before = live()
    data[key] = shape
    if (live() !== before) return draw()
    map?.setData(key, shape)
    if (key === LIVE) map?.setData(HEAT, shape)
  }

  /** Of several that are on their way only the last asked for is drawn: signing in and a theme may come together. */
  let asked = 0
  async function restyle(): Promise<void> {
    const mine = ++asked
    try {
      const read = await serverStyle()
      if (mine !== asked) return
      style.value = read
      draw()
    } catch {
      state.failed = style.value === null
    }
  }

  const listener = listenerOf(state, events, () => map)

  async function open(container: HTMLElement, start: Camera, framed: Framed | null): Promise<void> {
    const [first] = await Promise.all([serverStyle(), loadLabelFont()])
    style.value ??= first
    map = new AreaMap(container, start, listener, uiScale.value, framed)
    state.camera = map.camera()
    events.moved()
    map.describe(t('map.label'))
    draw()
  }

  function showTier(key: string): void {
    const band = bands.value.find((entry) => entry.key === key)
    if (band) map?.zoomTo(Math.min(band.maxzoom - 0.2, Math.max(band.minzoom + 0.4, 9)))
  }

  watch([tree.off, tree.on, tree.opacity, only, selected], draw)
  watch([theme, language], () => void restyle())
  watch(language, () => map?.describe(t('map.label')))
  watch(uiScale, (scale) => map?.setScale(scale))
  onBeforeUnmount(() => map?.destroy())

  return { state, only, tier, tooFar, map: () => map, open, showTier, put, restyle }
}

function beyond(style: StyleSpecification | null, zoom: number): Set<string> {
  if (!style) return new Set()
  return new Set(Object.keys(style.sources).filter((key) => zoom < (firstZoom(style, key) ?? 0)))
}

const freshState = (): WallMap['state'] => ({
  camera: { center: [0, 0], zoom: 0 },
  pointer: null,
  hovered: null,
  drawn: false,
  settled: false,
  failed: false,
})

function listenerOf(state: WallMap['state'], events: WallMapEvents, map: () => AreaMap | null): MapListener {
  return {
    cameraMoved: (camera) => {
      state.camera = camera
      events.moved()
    },
    pointerAt: (position) => void (state.pointer = position),
    hovered: (area) => {
      state.hovered = area
      map()?.mark(area?.code ?? null)
    },
    clicked: events.clicked,
    pressed: events.pressed,
    rested: events.rested,
    failed: (lostServer) => void (lostServer && noteSilence()),
    drawn: () => void (state.drawn = true),
    settled: () => void (state.settled = true),
  }
}
