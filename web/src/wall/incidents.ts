/** The open incidents as the wall holds them: read once, kept by what `/events/` tells, for the list and the map. */
import type { Feature, FeatureCollection, Point } from 'geojson'
import { computed, ref, shallowRef, triggerRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { ApiError, getJson } from '@/api/client'
import type { Box } from '@/api/types'
import type { Light } from '@/incident/types'

export interface Incident {
  number: string
  item: string
  item_name: string
  state: string
  light: Light
  urgency: string
  source: string
  is_open: boolean
  lon: number
  lat: number
  area_code: string | null
  reported_at: string
  address_text?: string
}

/** What an event tells (docs/events.md): the incident as it is now, and whether it is new. */
export type Told = Incident & { change: 'reported' | 'changed' }
export type Page = FeatureCollection<Point, Incident> & { next: string | null }
export type Phase = 'off' | 'loading' | 'ready' | 'failed' | 'refused'

/** More than these are not held; a wall is open for weeks. */
export const HELD = 5000
const PAGE = 1000

export interface Incidents {
  all: ShallowRef<Map<string, Incident>>
  phase: Ref<Phase>
  /** There are more open incidents than are held. */
  cut: Ref<boolean>
  newestFirst: ComputedRef<Incident[]>
  load(): Promise<void>
  clear(): void
  /** Takes in what was told; true if it is newly reported. */
  hear(told: Told): boolean
}

export function createIncidents(read: (path: string) => Promise<Page> = (path) => getJson<Page>(path)): Incidents {
  const all = shallowRef(new Map<string, Incident>())
  const phase = ref<Phase>('off')
  const cut = ref(false)
  /** What was told while a list is on its way: the list may be older. */
  let waiting: Told[] | null = null
  let asked = 0

  async function load(): Promise<void> {
    const mine = ++asked
    if (phase.value !== 'ready') phase.value = 'loading'
    waiting = []
    try {
      const [found, more] = await readAll(read)
      if (mine !== asked) return
      for (const told of waiting) take(found, told)
      all.value = found
      cut.value = more
      phase.value = 'ready'
    } catch (reason) {
      if (mine !== asked) return
      phase.value = reason instanceof ApiError && [401, 403].includes(reason.status) ? 'refused' : 'failed'
    }
    waiting = null
  }

  function hear(told: Told): boolean {
    waiting?.push(told)
    const known = all.value.has(told.number)
    take(all.value, told)
    triggerRef(all)
    return told.change === 'reported' && told.is_open && !known
  }

  return {
    all,
    phase,
    cut,
    newestFirst: computed(() => latestFirst([...all.value.values()])),
    load,
    clear: () => {
      asked += 1
      all.value = new Map()
      phase.value = 'off'
    },
    hear,
  }
}

async function readAll(read: (path: string) => Promise<Page>): Promise<[Map<string, Incident>, boolean]> {
  const found = new Map<string, Incident>()
  let next: string | null = `/api/v1/incidents/?open=true&limit=${PAGE}`
  while (next && found.size < HELD) {
    const page: Page = await read(next)
    for (const { properties } of page.features) found.set(properties.number, kept(properties))
    next = page.next
  }
  return [found, next !== null]
}

/** Only what the wall shows: an incident has many more fields. */
function kept({ number, item, item_name, state, light, urgency, source, is_open, lon, lat, area_code, reported_at, address_text }: Incident): Incident {
  const more = address_text === undefined ? {} : { address_text }
  return { number, item, item_name, state, light, urgency, source, is_open, lon, lat, area_code, reported_at, ...more }
}

function take(all: Map<string, Incident>, told: Told): void {
  if (told.is_open) all.set(told.number, kept({ ...all.get(told.number), ...told }))
  else all.delete(told.number)
  if (all.size > HELD) for (const { number } of latestFirst([...all.values()]).slice(HELD)) all.delete(number)
}

const latestFirst = (some: Incident[]): Incident[] => some.sort((a, b) => Date.parse(b.reported_at) - Date.parse(a.reported_at))

export const within = ({ lon, lat }: Incident, [west, south, east, north]: Box): boolean =>
  lon >= west && lon <= east && lat >= south && lat <= north

export const incidentShape = (some: readonly Incident[]): FeatureCollection => ({
  type: 'FeatureCollection',
  features: some.map(({ number, light, lon, lat }): Feature => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [lon, lat] },
    properties: { number, light },
  })),
})
