/** Which incidents the wall shows now: what was reported within the last hours changes without anything being told. */
import { onBeforeUnmount, ref, type Ref } from 'vue'
import { everything, passes, type Filters } from '@/wall/filters'
import type { Incident } from '@/wall/incidents'

const MINUTE_MS = 60_000

export interface IncidentFilter {
  filters: Ref<Filters>
  /** As of when they hold. */
  now: Ref<number>
  /** `at`: as of then, in place of now. */
  lets(one: Incident, at?: number): boolean
}

export function useFilters(): IncidentFilter {
  const filters = ref(everything())
  const now = ref(Date.now())
  const ticking = window.setInterval(() => (now.value = Date.now()), MINUTE_MS)
  onBeforeUnmount(() => window.clearInterval(ticking))
  return { filters, now, lets: (one, at = now.value) => passes(filters.value, one, at) }
}
