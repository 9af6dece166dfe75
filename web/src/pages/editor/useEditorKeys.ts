/** The editor's keys. In a field or a list, keys belong to it; on the map, Tab goes through the grids. */
import { onBeforeUnmount, onMounted } from 'vue'
import { listed } from '@/editor/listing'
import type { PlanStore } from '@/editor/store'
import type { EditorMap } from './map/EditorMap'
import { TOOLS, TRACE_KEY } from './tools/palette'
import type { ActionKey } from './tools/tool'
import type { ToolHand } from './useTools'

export interface KeyTargets {
  store: PlanStore
  tools: ToolHand
  map(): EditorMap | null
  act(key: ActionKey): void
  /** Brings the focus out of the map. */
  leaveMap(): void
}

type Keys = Record<string, () => void>

const PANS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

function within(event: KeyboardEvent, selector: string): boolean {
  return event.target instanceof Element && event.target.closest(selector) !== null
}

export function useEditorKeys(targets: KeyTargets): void {
  const { store, tools, map } = targets

  /** Whether the key was ours. */
  function withControl(event: KeyboardEvent): boolean {
    const key = event.key.toLowerCase()
    if (key === 'z') void (event.shiftKey ? store.redo() : store.undo())
    else if (key === 'y') void store.redo()
    else return false
    return true
  }

  function cycle(step: number): void {
    const codes = listed(store.state.grids.values(), { text: '', load: null, sort: 'code' }).map((grid) => grid.properties.code)
    const at = codes.indexOf(store.state.selection.at(-1) ?? '')
    const next = codes[(at + step + codes.length) % codes.length]
    if (next) store.select([next], { show: true })
  }

  /** On the map only; there Tab, arrows and Space have a meaning of their own. */
  function onMap(event: KeyboardEvent): boolean {
    const pan = PANS[event.key]
    if (pan) map()?.pan(...pan)
    else if (event.key === 'Tab') cycle(event.shiftKey ? -1 : 1)
    else if (event.key === ' ') tools.click(map()!.middle())
    else if (event.key === 'F6') targets.leaveMap()
    else return false
    return true
  }

  const shortcuts: Keys = {
    ...Object.fromEntries(TOOLS.map(({ key, shortcut }) => [shortcut.toLowerCase(), () => tools.take(key)])),
    [TRACE_KEY.toLowerCase()]: () => tools.toggleTrace(),
    c: () => targets.act('renumber'),
    k: () => targets.act('setKind'),
    f2: () => targets.act('rename'),
    '+': () => map()?.zoomBy(1),
    '=': () => map()?.zoomBy(1),
    '-': () => map()?.zoomBy(-1),
    enter: () => tools.tool.value.enter?.(),
    backspace: () => tools.tool.value.back?.(),
    delete: () => tools.tool.value.remove?.(),
    escape: () => {
      if (!tools.tool.value.escape?.()) tools.take('select')
    },
  }

  function anywhere(event: KeyboardEvent): boolean {
    const action = shortcuts[event.key.toLowerCase()]
    // Enter and Space on a button press the button.
    if (!action || (event.key === 'Enter' && within(event, 'button, a'))) return false
    action()
    tools.refresh()
    return true
  }

  function onKey(event: KeyboardEvent): void {
    if (store.state.phase !== 'ready' || event.isComposing) return
    if (within(event, 'input, textarea, select, [contenteditable], [role="dialog"]')) return
    const taken = event.ctrlKey || event.metaKey ? withControl(event) : (within(event, '.ground') && onMap(event)) || anywhere(event)
    if (taken) event.preventDefault()
  }

  /** Alt alone would open the browser's menu. */
  function onKeyUp(event: KeyboardEvent): void {
    if (event.key !== 'Alt') return
    event.preventDefault()
    tools.refresh()
  }

  onMounted(() => {
    window.addEventListener('keydown', onKey)
    window.addEventListener('keyup', onKeyUp)
  })
  onBeforeUnmount(() => {
    window.removeEventListener('keydown', onKey)
    window.removeEventListener('keyup', onKeyUp)
  })
}
