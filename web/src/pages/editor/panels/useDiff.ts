/** The difference of the plan from the live coverage: read when wanted, hatched on the map while it is looked at. */
import { onBeforeUnmount, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { wordsOf } from '@/api/attempt'
import { usePlan } from '@/editor/store'
import { getDiff, type Diff } from './panelsApi'

const PAUSE_MS = 600

export interface UseDiff {
  diff: ShallowRef<Diff | null>
  problem: Ref<string>
  busy: Ref<boolean>
}

/** `key`: the overlay's, so that two readers do not take away each other's. */
export function useDiff(key: string): UseDiff {
  const store = usePlan()
  const diff = shallowRef<Diff | null>(null)
  const problem = ref('')
  const busy = ref(false)
  let request = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    request.abort()
    const mine = (request = new AbortController())
    busy.value = true
    try {
      diff.value = await getDiff(store.id, mine.signal)
      problem.value = ''
      store.overlay(key, { data: diff.value, look: 'hatched' })
    } catch (reason) {
      if (!mine.signal.aborted) problem.value = wordsOf(reason)
    } finally {
      if (mine === request) busy.value = false
    }
  }

  watch(() => store.state.revision, () => {
    clearTimeout(timer)
    timer = setTimeout(() => void load(), PAUSE_MS)
  })
  onBeforeUnmount(() => {
    clearTimeout(timer)
    request.abort()
    store.overlay(key, null)
  })
  void load()
  return { diff, problem, busy }
}
