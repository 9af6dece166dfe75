/** One thing after another that a person asks the server for: while it goes on it is `busy`, and what went wrong is said. */
import { ref, type Ref } from 'vue'
import { t } from '@/i18n'
import { ApiError } from './client'

/** What went wrong, in words: the server's, or that there was no answer. */
export function wordsOf(reason: unknown): string {
  if (!(reason instanceof ApiError)) return String(reason)
  return reason.status ? reason.message : t('error.noAnswer')
}

export interface Attempt {
  busy: Ref<boolean>
  problem: Ref<string>
  /** Does it; `failed` may do more than say why not. */
  attempt: (work: () => Promise<unknown>, failed?: (reason: ApiError) => unknown) => Promise<void>
}

export function useAttempt(): Attempt {
  const busy = ref(false)
  const problem = ref('')

  async function attempt(work: () => Promise<unknown>, failed?: (reason: ApiError) => unknown): Promise<void> {
    busy.value = true
    problem.value = ''
    try {
      await work()
    } catch (reason) {
      problem.value = wordsOf(reason)
      if (reason instanceof ApiError) await failed?.(reason)
    } finally {
      busy.value = false
    }
  }

  return { busy, problem, attempt }
}
