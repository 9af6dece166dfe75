/** The grids of a past day within the picture, page by page; read again when the picture or the day changes. */
import { ref, type Ref } from 'vue'
import { getJson } from '@/api/client'
import type { AreaPage, Box } from '@/api/types'
import { NOTHING } from '@/map/selectionShape'
import type { WallMap } from './useWallMap'

const PAGES_MAX = 5

export interface PastState {
  open: Ref<boolean>
  busy: Ref<boolean>
  count: Ref<number | null>
  show(at: Date | null): Promise<void>
  rested(): void
  close(): void
}

export function usePast(wall: WallMap): PastState {
  const open = ref(false)
  const busy = ref(false)
  const count = ref<number | null>(null)
  let day: Date | null = null
  let request = new AbortController()

  async function show(at: Date | null): Promise<void> {
    day = at
    request.abort()
    const mine = (request = new AbortController())
    const box = wall.map()?.box()
    if (!at || !box) return forget()
    busy.value = true
    try {
      const features = await gridsAt(at, box, mine.signal)
      if (mine.signal.aborted) return
      wall.put('past', { type: 'FeatureCollection', features })
      count.value = features.length
    } catch {
      if (!mine.signal.aborted) forget()
    } finally {
      if (!mine.signal.aborted) busy.value = false
    }
  }

  function forget(): void {
    count.value = null
    wall.put('past', NOTHING)
  }

  return {
    open,
    busy,
    count,
    show,
    rested: () => void (day && show(day)),
    close: () => {
      open.value = false
      void show(null)
    },
  }
}

async function gridsAt(at: Date, box: Box, signal: AbortSignal): Promise<GeoJSON.Feature[]> {
  const query = new URLSearchParams({ tier: 'grid', at: at.toISOString(), bbox: box.map((v) => v.toFixed(6)).join(','), limit: '1000' })
  let next: string | null = `/api/v1/areas/?${query}`
  const features: GeoJSON.Feature[] = []
  for (let page = 0; next && page < PAGES_MAX; page++) {
    const found: AreaPage = await getJson<AreaPage>(next, signal)
    features.push(...found.features.map(({ geometry }) => ({ type: 'Feature' as const, geometry: geometry!, properties: {} })))
    next = found.next
  }
  return features
}
