/** Key figures, the day's curve, parts and items of the area that is chosen: read every minute, and soon after a new incident. */
import { onBeforeUnmount, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { ApiError } from '@/api/client'
import type { AreaRef } from '@/api/types'
import { soon } from '@/state/soon'
import { readDay, readRates, type Day, type Figure } from '@/wall/figures'
import { readAreas, readItems, type Entry } from '@/wall/ranking'
import type { Live } from './useLive'

const AGAIN_MS = 60_000
const AFTER_REPORT_MS = 2000

export interface Figures {
  rates: ShallowRef<Figure[] | null>
  day: ShallowRef<Day | null>
  /** The parts of the area. */
  areas: ShallowRef<Entry[] | null>
  items: ShallowRef<Entry[] | null>
  /** The reader's role sees no figures. */
  refused: Ref<boolean>
}

export function useFigures(live: Live, area: () => string, parts: () => AreaRef[]): Figures {
  const rates = shallowRef<Figure[] | null>(null)
  const day = shallowRef<Day | null>(null)
  const areas = shallowRef<Entry[] | null>(null)
  const items = shallowRef<Entry[] | null>(null)
  const refused = ref(false)
  let timer = 0
  let asked = 0

  async function read(): Promise<void> {
    window.clearTimeout(timer)
    if (!live.on.value) return
    const mine = ++asked
    try {
      const found = await Promise.all([readRates(area()), readDay(area()), readAreas(area(), parts()), readItems(area())])
      if (mine !== asked) return
      ;[rates.value, day.value, areas.value, items.value] = found
      refused.value = false
    } catch (reason) {
      // What was shown stays; the bar says that it is old.
      if (mine === asked && reason instanceof ApiError) refused.value = reason.status === 403
    }
    if (mine === asked) timer = window.setTimeout(() => void read(), AGAIN_MS)
  }

  const again = soon(() => void read(), AFTER_REPORT_MS)
  live.onReported(again)
  watch([live.on, area, parts], ([is, code], [was, before]) => {
    asked += 1
    // Of the same area they stay until the new ones are there: nothing goes away for a moment.
    if (!is || !was || code !== before) rates.value = day.value = items.value = null
    // Of other parts there is nothing to show yet.
    areas.value = null
    if (is) void read()
  })
  onBeforeUnmount(() => {
    asked += 1
    window.clearTimeout(timer)
  })
  return { rates, day, areas, items, refused }
}
