/** Key figures and the curve of the day for the selected area: read again a while after an incident changed. */
import { onBeforeUnmount, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { getJson } from '@/api/client'
import { soon } from '@/state/liveEvents'
import { byHour, hourOf, localDay, readFigures, type Figure } from '@/wall/figures'
import type { Page } from '@/wall/incidents'

const DAY_MS = 86_400_000
const AFTER_MS = 3000
const PAGES_MAX = 5

export interface FiguresState {
  figures: ShallowRef<Figure[] | null>
  today: Ref<(number | null)[]>
  before: Ref<(number | null)[]>
  load(): Promise<void>
  /** Reads anew once things have been quiet for a moment. */
  later(): void
}

export function useFigures(area: () => string): FiguresState {
  const figures = shallowRef<Figure[] | null>(null)
  const today = ref<(number | null)[]>([])
  const before = ref<(number | null)[]>([])

  /** What cannot be read keeps what stood there; the connection says that it is old. */
  async function load(): Promise<void> {
    const now = new Date()
    const code = area()
    const moments = await Promise.all([momentsOf(now, code), momentsOf(new Date(now.getTime() - 7 * DAY_MS), code)]).catch(() => null)
    const found = await readFigures(code, now).catch(() => null)
    if (code !== area()) return
    if (found) figures.value = found
    if (moments) {
      today.value = byHour(moments[0], hourOf(now))
      before.value = byHour(moments[1], 23)
    }
  }

  const later = soon(() => void load(), AFTER_MS)
  onBeforeUnmount(() => later.cancel())
  return { figures, today, before, load, later }
}

async function momentsOf(day: Date, area: string): Promise<string[]> {
  const until = localDay(new Date(day.getTime() + DAY_MS))
  let next: string | null = `/api/v1/incidents/?since=${localDay(day)}&until=${until}&limit=1000${area ? `&area=${area}` : ''}`
  const found: string[] = []
  for (let page = 0; next && page < PAGES_MAX; page++) {
    const answer: Page = await getJson<Page>(next)
    found.push(...answer.features.map((one) => one.properties.reported_at))
    next = answer.next
  }
  return found
}
