/** The address bar keeps where one looks, what is selected, language and theme: a link shows another the same. */
import { watch } from 'vue'
import type { PlanStore } from '@/editor/store'
import { language } from '@/i18n'
import type { Camera } from '@/map/AreaMap'
import { readView, writeView } from '@/state/permalink'
import { theme } from '@/theme/theme'

const SETTLE_MS = 300

export interface EditorAddress {
  /** Where the address says to look; null where it says nothing. */
  camera: Camera | null
}

export function useEditorAddress(store: PlanStore, camera: () => Camera | null): EditorAddress {
  const first = readView(window.location.search)
  let timer: ReturnType<typeof setTimeout> | undefined

  function write(): void {
    const now = camera()
    if (!now) return
    const [code = null] = store.state.selection
    const query = writeView({ center: now.center, zoom: now.zoom, code, theme: theme.value, lang: language.value, off: [] })
    window.history.replaceState(null, '', query)
  }

  watch([() => camera(), () => store.state.selection, theme, language], () => {
    clearTimeout(timer)
    timer = setTimeout(write, SETTLE_MS)
  })
  watch(() => store.state.phase, (phase) => {
    if (phase === 'ready' && first.code && store.state.grids.has(first.code)) store.select([first.code])
  })
  return { camera: first.center && first.zoom !== null ? { center: first.center, zoom: first.zoom } : null }
}
