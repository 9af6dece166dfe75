/**
 * The state behind the search box: waits for a pause in typing, drops answers that came too late, and moves
 * through the results by keyboard. Knows nothing of the DOM.
 */
import { shallowReactive } from 'vue'
import type { AreaProperties } from '@/api/types'

export type SearchPhase = 'idle' | 'busy' | 'done' | 'failed'
export type Find<T = AreaProperties> = (q: string, limit: number, signal: AbortSignal) => Promise<T[]>

export const RESULT_LIMIT = 12
const PAUSE_MS = 180

export interface AreaSearch<T = AreaProperties> {
  query: string
  phase: SearchPhase
  results: T[]
  active: number
  type(query: string): void
  move(step: number): void
  chosen(): T | null
  clear(): void
}

export function createAreaSearch<T = AreaProperties>(find: Find<T>): AreaSearch<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  let request = new AbortController()

  async function run(q: string): Promise<void> {
    const mine = (request = new AbortController())
    try {
      const results = await find(q, RESULT_LIMIT, mine.signal)
      if (mine.signal.aborted) return
      Object.assign(state, { results, active: results.length ? 0 : -1, phase: 'done' })
    } catch {
      if (!mine.signal.aborted) Object.assign(state, { results: [], active: -1, phase: 'failed' })
    }
  }

  const state: AreaSearch<T> = shallowReactive<AreaSearch<T>>({
    query: '',
    phase: 'idle',
    results: [],
    active: -1,
    type(query) {
      state.query = query
      clearTimeout(timer)
      request.abort()
      const q = query.trim()
      if (!q) Object.assign(state, { phase: 'idle', results: [], active: -1 })
      else {
        state.phase = 'busy'
        timer = setTimeout(() => void run(q), PAUSE_MS)
      }
    },
    move(step) {
      const count = state.results.length
      if (count) state.active = (state.active + step + count) % count
    },
    chosen: () => state.results[state.active] ?? null,
    clear: () => state.type(''),
  })
  return state
}
