/** The ground that differs from the live coverage: asked for when the hand rests, for it is no small reckoning. */
import type { FeatureCollection } from 'geojson'
import { shallowRef, watch, type ShallowRef } from 'vue'
import { getJson } from '@/api/client'
import { planPath } from './api'
import type { PlanStore } from './store'

const PAUSE_MS = 1200

export function useChanges(store: PlanStore): ShallowRef<FeatureCollection | null> {
  const changes = shallowRef<FeatureCollection | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined

  async function read(): Promise<void> {
    const { revision } = store.state
    // A plan that nobody has touched differs in nothing.
    if (revision === 0) return void (changes.value = null)
    const found = await getJson<FeatureCollection>(planPath(store.id, 'diff/')).catch(() => null)
    if (found && revision === store.state.revision) changes.value = found
  }

  watch(() => [store.state.phase, store.state.revision], () => {
    clearTimeout(timer)
    if (store.state.phase === 'ready') timer = setTimeout(() => void read(), PAUSE_MS)
  })
  return changes
}
