/** Key figures and the day's curve of the area that is chosen: read every minute, and soon after a new incident. */
import { onBeforeUnmount, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { ApiError } from '@/api/client'
import { soon } from '@/state/soon'
import { readDay, readRates, type Day, type Figure } from '@/wall/figures'
import type { Live } from './useLive'

const AGAIN_MS = 60_000
const AFTER_REPORT_MS = 2000

export interface Figures {
  rates: ShallowRef<Figure[] | null>
  day: ShallowRef<Day | null>
  /** The reader's role sees no figures. */
  refused: Ref<boolean>
}

export function useFigures(live: Live, area: () => string): Figures {
  const rates = shallowRef<Figure[] | null>(null)
  const day = shallowRef<Day | null>(null)
  const refused = ref(false)
  let timer = 0
  let asked = 0

  async function read(): Promise<void> {
    window.clearTimeout(timer)
    if (!live.on.value) return
    const mine = ++asked
    try {
      const found = await Promise.all([readRates(area()), readDay(area())])
      if (mine !== asked) return
      ;[rates.value, day.value] = found
      refused.value = false
    } catch (reason) {
      // What was shown stays; the bar says that it is old.
      if (mine === asked && reason instanceof ApiError) refused.value = reason.status === 403
    }
    if (mine === asked) timer = window.setTimeout(() => void read(), AGAIN_MS)
  }

  const again = soon(() => void read(), AFTER_REPORT_MS)
  live.onReported(again)
  watch([live.on, area], ([is]) => {
    asked += 1
    rates.value = day.value = null
    if (is) void read()
  })
  onBeforeUnmount(() => {
    asked += 1
    window.clearTimeout(timer)
  })
  return { rates, day, refused }
}
