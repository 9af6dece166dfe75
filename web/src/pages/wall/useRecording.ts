/** The day that is replayed, as it was read: its incidents, and the reports of the same day a week before. */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { ApiError, getJson } from '@/api/client'
import { readHours } from '@/wall/lastWeek'
import { dayAfter } from '@/wall/localTime'
import { record, type Answer, type Recording } from '@/wall/replay'

export interface Recorder {
  phase: Ref<'loading' | 'ready' | 'failed'>
  /** Why not, in the server's words. */
  trouble: Ref<string>
  recording: ShallowRef<Recording | null>
  lastWeek: ShallowRef<number[] | null>
  /** Whether this is what is to be shown now: it is not where another day was asked for meanwhile. */
  load(day: string): Promise<boolean>
  compare(day: string): Promise<void>
  forget(): void
}

export function useRecording(area: () => string): Recorder {
  const phase = ref<'loading' | 'ready' | 'failed'>('loading')
  const trouble = ref('')
  const recording = shallowRef<Recording | null>(null)
  const lastWeek = shallowRef<number[] | null>(null)
  let asked = 0
  let compared = ''

  async function load(day: string): Promise<boolean> {
    const mine = ++asked
    phase.value = 'loading'
    try {
      const answer = await ask(day, area())
      if (mine !== asked) return false
      recording.value = record(answer)
      phase.value = 'ready'
    } catch (reason) {
      if (mine !== asked) return false
      recording.value = null
      trouble.value = reason instanceof ApiError && reason.status ? reason.message : ''
      phase.value = 'failed'
    }
    return true
  }

  async function compare(day: string): Promise<void> {
    const mine = (compared = `${day} ${area()}`)
    const found = await readHours(dayAfter(day, -7), area())
    if (mine === compared) lastWeek.value = found
  }

  function forget(): void {
    asked += 1
    compared = ''
    recording.value = lastWeek.value = null
  }

  return { phase, trouble, recording, lastWeek, load, compare, forget }
}

/** The whole scope; where that is too many, the chosen area. */
async function ask(day: string, area: string): Promise<Answer> {
  const path = `/api/v1/incidents/replay/?day=${day}`
  try {
    return await getJson<Answer>(path)
  } catch (reason) {
    if (reason instanceof ApiError && reason.code === 'too_many' && area) return getJson<Answer>(`${path}&area=${area}`)
    throw reason
  }
}
