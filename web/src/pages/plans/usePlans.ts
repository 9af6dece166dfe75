/** The list of plans: who reads it, what there is, which of it is shown, and how many errors each has. */
import { computed, onBeforeUnmount, reactive, ref, shallowReactive, watch, type ComputedRef, type Ref } from 'vue'
import { wordsOf } from '@/api/attempt'
import { getSession } from '@/editor/api'
import type { PlanState, Session } from '@/editor/types'
import { language } from '@/i18n'
import { on } from '@/state/events'
import { soon } from '@/state/soon'
import { countDefects, getPlans, takeStep, type ListedPlan } from './plansApi'

export type Phase = 'loading' | 'signedOut' | 'ready' | 'failed'
export type Shown = PlanState | 'all' | 'open'
export const FILTERS: readonly Shown[] = ['open', 'draft', 'submitted', 'approved', 'returned', 'published', 'withdrawn', 'all']

const OPEN: readonly PlanState[] = ['draft', 'submitted', 'approved', 'returned']
/** Counting asks the database about every village of a plan: only for plans at work, one after the other. */
const MOST_COUNTED = 24

export interface Plans {
  state: { phase: Phase; session: Session | null; problem: string }
  shown: Ref<Shown>
  words: Ref<string>
  visible: ComputedRef<ListedPlan[]>
  plans: ListedPlan[]
  defects: Map<number, number>
  count(filter: Shown): number
  load(): Promise<void>
  step(plan: ListedPlan, action: string): Promise<void>
}

const belongs = (plan: ListedPlan, filter: Shown): boolean =>
  filter === 'all' || (filter === 'open' ? OPEN.includes(plan.state) : plan.state === filter)

function matches(plan: ListedPlan, words: string): boolean {
  const text = `${plan.name} ${plan.scope_name ?? ''} ${plan.scope_code} ${plan.created_by ?? ''}`.toLowerCase()
  return words.toLowerCase().split(/\s+/).every((word) => text.includes(word))
}

export function usePlans(): Plans {
  const state: Plans['state'] = reactive({ phase: 'loading', session: null, problem: '' })
  const plans = shallowReactive<ListedPlan[]>([])
  const defects = shallowReactive(new Map<number, number>())
  const shown = ref<Shown>('open')
  const words = ref('')
  let counting = new AbortController()

  const visible = computed(() => {
    const found = plans.filter((plan) => belongs(plan, shown.value) && matches(plan, words.value.trim()))
    return found.sort((a, b) => (a.changed_at < b.changed_at ? 1 : -1))
  })

  async function load(): Promise<void> {
    try {
      state.session = await getSession()
      if (!state.session.signed_in) return void (state.phase = 'signedOut')
      plans.splice(0, plans.length, ...(await getPlans()))
      state.phase = 'ready'
      void countAll()
    } catch {
      state.phase = 'failed'
    }
  }

  async function countAll(): Promise<void> {
    counting.abort()
    const { signal } = (counting = new AbortController())
    const wanted = plans.filter((plan) => plan.editable).slice(0, MOST_COUNTED)
    for (const plan of wanted) {
      if (signal.aborted) return
      try {
        defects.set(plan.id, await countDefects(plan.id, signal))
      } catch {
        defects.delete(plan.id)
      }
    }
  }

  async function step(plan: ListedPlan, action: string): Promise<void> {
    try {
      await takeStep(plan.id, action, { revision: plan.revision })
      state.problem = ''
    } catch (reason) {
      state.problem = wordsOf(reason)
    }
    await load()
  }

  watch(language, () => state.phase === 'ready' && void load())
  const again = soon(() => state.phase === 'ready' && void load(), 800)
  let deafen = (): void => undefined
  // Opened once somebody is signed in: the stream hears what its session may.
  watch(() => state.phase, (phase) => {
    deafen()
    deafen = phase === 'ready' ? on('plan', again, again) : () => undefined
  })
  onBeforeUnmount(() => {
    deafen()
    again.cancel()
    counting.abort()
  })
  const count = (filter: Shown): number => plans.filter((plan) => belongs(plan, filter)).length
  return { state, shown, words, visible, plans, defects, count, load, step }
}
