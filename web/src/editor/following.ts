/** Hears what others do to the plan, and takes it in while one looks. */
import { onBeforeUnmount, watch } from 'vue'
import { t } from '@/i18n'
import type { PlanStore } from './store'

interface PlanEvent {
  plan: number
  revision: number
  action: string
}

/** The answer to one's own command comes about as fast as the event that tells of it. */
const PATIENCE_MS = 800
const EDITS = new Set(['command', 'undo', 'redo'])

export function useFollowing(store: PlanStore): void {
  const { state } = store
  let source: EventSource | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  async function catchUp(): Promise<void> {
    const before = state.revision
    if (state.pending.length) return void (timer = setTimeout(() => void catchUp(), PATIENCE_MS))
    await store.refresh().catch(() => undefined)
    if (state.revision > before) store.tell({ tone: 'others', text: t('editor.othersTook') })
  }

  function heard(event: MessageEvent<string>): void {
    const { plan, revision, action } = JSON.parse(event.data) as PlanEvent
    if (plan !== store.id) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (revision > state.revision || !EDITS.has(action)) void catchUp()
    }, PATIENCE_MS)
  }

  function close(): void {
    clearTimeout(timer)
    source?.close()
    source = null
  }

  watch(() => state.phase, (phase) => {
    close()
    if (phase !== 'ready') return
    source = new EventSource('/events/?kinds=plan')
    source.addEventListener('plan', heard)
    source.addEventListener('reset', () => void catchUp())
  })
  onBeforeUnmount(close)
}
