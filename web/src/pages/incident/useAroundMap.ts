/** The map of the page: when it is made, what it draws of the situation, and what is pointed at on it and in the lists. */
import type { FeatureCollection } from 'geojson'
import type { StyleSpecification } from 'maplibre-gl'
import { computed, nextTick, onBeforeUnmount, reactive, ref, watch, type Ref } from 'vue'
import { getJson } from '@/api/client'
import { language, t } from '@/i18n'
import { aroundShape, focusShape, placeShape, things } from '@/incident/around'
import { PlaceMap, type Hovered } from '@/incident/map/PlaceMap'
import type { Position } from '@/incident/types'
import { loadLabelFont } from '@/map/labelFont'
import { noteSilence } from '@/state/connection'
import { theme } from '@/theme/theme'
import type { Page } from './usePage'

const ZOOM = 16
const NOTHING: FeatureCollection = { type: 'FeatureCollection', features: [] }

export interface AroundMap {
  view: { settled: boolean; failed: boolean; hovered: Hovered | null }
  /** Key of the thing that is pointed at. */
  focused: Ref<string | null>
  map: () => PlaceMap | null
  open(container: HTMLElement): Promise<void>
  /** From the list: the map shows it. */
  point(key: string): void
  centre(): void
}

/** `ground` hears a click beside all things; `touched` one on a thing. */
export function useAroundMap(page: Page, uiScale: Ref<number>, heard: { ground(at: Position): void; touched(key: string): void }): AroundMap {
  const view: AroundMap['view'] = reactive({ settled: false, failed: false, hovered: null })
  const focused = ref<string | null>(null)
  const known = computed(() => (page.situation.value ? things(page.situation.value) : new Map()))
  let map: PlaceMap | null = null

  const style = (): Promise<StyleSpecification> => getJson(`/tiles/style.json?theme=${theme.value}&lang=${language.value}`)

  function fill(): void {
    const { situation, grid, here } = page
    if (!map || !here.value || !situation.value) return
    map.set('around', aroundShape(situation.value, focused.value))
    map.set('place', placeShape(here.value))
    map.set('grid', grid.value ? { type: 'FeatureCollection', features: [{ ...grid.value, properties: {} }] } : NOTHING)
    map.set('focus', focusShape(known.value.get(focused.value ?? '') ?? null, here.value))
  }

  async function restyle(): Promise<void> {
    try {
      const next = await style()
      fill()
      map?.draw(next)
      map?.describe(t('inc.map'))
    } catch {
      noteSilence()
    }
  }

  async function open(container: HTMLElement): Promise<void> {
    if (map || !page.here.value) return
    try {
      const [first] = await Promise.all([style(), loadLabelFont()])
      if (map || !page.here.value) return
      map = new PlaceMap(container, page.here.value, ZOOM, {
        touched: (key) => {
          focused.value = key
          heard.touched(key)
        },
        ground: heard.ground,
        hovered: (over) => (view.hovered = over),
        settled: () => (view.settled = true),
      }, uiScale.value)
      map.describe(t('inc.map'))
      fill()
      map.draw(first)
      view.failed = false
    } catch {
      view.failed = true
    }
  }

  function point(key: string): void {
    focused.value = key
    const thing = known.value.get(key)
    if (thing && page.here.value) map?.show([page.here.value, thing.at])
  }

  const centre = (): void => {
    if (page.here.value) map?.goTo(page.here.value, ZOOM)
  }

  watch([page.situation, page.grid, focused], fill)
  watch([theme, language], () => void restyle())
  watch(uiScale, (scale) => map?.setScale(scale))
  watch(page.here, async (now, before) => {
    if (!now || (before && now[0] === before[0] && now[1] === before[1])) return
    focused.value = null
    await nextTick()
    centre()
  })
  onBeforeUnmount(() => map?.destroy())
  return { view, focused, map: () => map, open, point, centre }
}
