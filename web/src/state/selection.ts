/** Which area is selected, and what is known of it. A newer choice makes the answer to an older one void. */
import { reactive } from 'vue'
import { ApiError } from '@/api/client'
import type { AreaDetail } from '@/api/types'

export type SelectionPhase = 'loading' | 'ready' | 'missing' | 'failed'
export type Load = (code: string, signal: AbortSignal) => Promise<AreaDetail>

export interface Selection {
  code: string | null
  area: AreaDetail | null
  phase: SelectionPhase
  /** Resolves with the area once it is there; null if it is not, or was superseded. */
  select(code: string | null): Promise<AreaDetail | null>
}

export function createSelection(load: Load): Selection {
  let request = new AbortController()

  async function fetchArea(code: string, signal: AbortSignal): Promise<AreaDetail | null> {
    try {
      const area = await load(code, signal)
      if (signal.aborted) return null
      Object.assign(state, { area, phase: 'ready' })
      return area
    } catch (reason) {
      if (signal.aborted) return null
      const missing = reason instanceof ApiError && reason.status === 404
      Object.assign(state, { area: null, phase: missing ? 'missing' : 'failed' })
      return null
    }
  }

  const state: Selection = reactive<Selection>({
    code: null,
    area: null,
    phase: 'loading',
    async select(code) {
      request.abort()
      request = new AbortController()
      Object.assign(state, { code, area: null, phase: 'loading' })
      return code === null ? null : fetchArea(code, request.signal)
    },
  })
  return state
}
