/** What the address says of the wall, and how the wall comes to show what an address says. */
import { nextTick } from 'vue'
import { language, setLanguage } from '@/i18n'
import type { View } from '@/state/permalink'
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
}

export interface WallView {
  present(): View
  /** Everything but where the map stands and which area is chosen. */
  take(view: View): void
  goTo(view: View): Promise<void>
}

export function useView({ wall, tree, live, selection, replay }: Parts): WallView {
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
    tree.off.value = new Set(view.off)
    tree.on.value = new Set(view.on)
    live.filters.value = readFilters(view.show ?? null)
    replay.read(view.replay)
  }

  async function goTo(view: View): Promise<void> {
    take(view)
    if (view.code !== selection.code) void selection.select(view.code)
    await nextTick()
    if (view.center && view.zoom !== null) wall.map()?.jump({ center: view.center, zoom: view.zoom })
  }

  return { present, take, goTo }
}
