/** Keeps the address bar and the page saying the same: moving replaces the entry, choosing an area adds one. */
import { onBeforeUnmount, onMounted } from 'vue'
import { readView, writeView, type View } from '@/state/permalink'

const SETTLE_MS = 250

export interface Address {
  /** Notes the present view without a new entry, once things have settled. */
  replace(): void
  /** Notes at once what `replace` still waits for; to be called before what the entry tells changes. */
  settle(): void
  /** Notes the present view as a new entry to come back to. */
  push(): void
}

export function useAddress(present: () => View, goTo: (view: View) => Promise<void>): Address {
  let timer = 0
  const write = (method: 'pushState' | 'replaceState'): void => {
    window.clearTimeout(timer)
    timer = 0
    const query = writeView(present())
    if (query !== window.location.search) window.history[method](null, '', query)
  }
  const travelled = (): void => {
    window.clearTimeout(timer)
    void goTo(readView(window.location.search))
  }
  onMounted(() => window.addEventListener('popstate', travelled))
  onBeforeUnmount(() => {
    window.clearTimeout(timer)
    window.removeEventListener('popstate', travelled)
  })
  return {
    replace: () => {
      window.clearTimeout(timer)
      timer = window.setTimeout(() => write('replaceState'), SETTLE_MS)
    },
    settle: () => {
      if (timer) write('replaceState')
    },
    push: () => write('pushState'),
  }
}
