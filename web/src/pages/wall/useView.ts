/** What the address says of the wall, and how the wall comes to show what an address says. */
import { nextTick } from 'vue'
import { language, setLanguage } from '@/i18n'
import { readView, type View } from '@/state/permalink'
import type { Selection } from '@/state/selection'
import { setTheme, theme } from '@/theme/theme'
import { readFilters, writeFilters } from '@/wall/filters'
import type { LayerTree } from '@/wall/layerTree'
import type { Live } from './useLive'
import type { Replay } from './useReplay'
import type { WallMap } from './useWallMap'

interface Parts {
  wall: WallMap
  tree: LayerTree
  live: Live
  selection: Selection
  replay: Replay
  /** Brings the whole district into the picture. */
  whole(): void
}

export interface WallView {
  present(): View
  /** Everything but where the map stands and which area is chosen. */
  take(view: View): void
  goTo(view: View): Promise<void>
  /** As `goTo`, for who looks on: the map glides, and an area without a place is brought into the picture. */
  travel(query: string): Promise<void>
}

export function useView({ wall, tree, live, selection, replay, whole }: Parts): WallView {
  function present(): View {
    const { camera } = wall.state
    const known = wall.map() !== null
    return {
      center: known ? camera.center : null,
      zoom: known ? camera.zoom : null,
      code: selection.code,
      theme: theme.value,
      lang: language.value,
      off: [...tree.off.value],
      on: [...tree.on.value],
      show: writeFilters(live.filters.value),
      replay: replay.written(),
    }
  }

  function take(view: View): void {
    if (view.theme) setTheme(view.theme)
    if (view.lang) setLanguage(view.lang)
    if (!same(tree.off.value, view.off)) tree.off.value = new Set(view.off)
    if (!same(tree.on.value, view.on ?? [])) tree.on.value = new Set(view.on)
    live.filters.value = readFilters(view.show ?? null)
    replay.read(view.replay)
  }

  async function goTo(view: View): Promise<void> {
    take(view)
    if (view.code !== selection.code) void selection.select(view.code)
    await nextTick()
    if (view.center && view.zoom !== null) wall.map()?.jump({ center: view.center, zoom: view.zoom })
  }

  async function travel(query: string): Promise<void> {
    const view = readView(query)
    take(view)
    const area = view.code === selection.code ? selection.area : await selection.select(view.code)
    if (view.code && !area) return
    await nextTick()
    if (view.center && view.zoom !== null) wall.map()?.glide({ center: view.center, zoom: view.zoom })
    else if (area) wall.map()?.show(area.properties.bbox)
    else whole()
  }

  return { present, take, goTo, travel }
}

/** What is the same is left alone: the style would be drawn anew. */
const same = (now: Set<string>, wanted: readonly string[]): boolean => now.size === wanted.length && wanted.every((key) => now.has(key))
