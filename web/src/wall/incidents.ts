/** The open incidents as the wall holds them: read once, kept by what `/events/` tells, counted for the list and the map. */
import type { Feature, FeatureCollection, Point } from 'geojson'
import { computed, ref, shallowRef, triggerRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { getJson } from '@/api/client'
import type { Box } from '@/api/types'
import type { Light } from './situation'

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
}

export type Page = FeatureCollection<Point, Incident> & { next: string | null }

/** Of these the map makes clusters; more open incidents than this are told as "the latest". */
const HELD = 3000

export interface Incidents {
  all: ShallowRef<Map<string, Incident>>
  phase: Ref<'off' | 'loading' | 'ready' | 'failed'>
  light: Ref<Light | ''>
  shown: ComputedRef<Incident[]>
  load(): Promise<void>
  clear(): void
  /** Takes an event in; returns the incident if it is newly reported. */
  hear(event: LiveEvent): Incident | null
}

export function createIncidents(read: (path: string) => Promise<Page> = (path) => getJson<Page>(path)): Incidents {
  const all = shallowRef(new Map<string, Incident>())
  const phase = ref<'off' | 'loading' | 'ready' | 'failed'>('off')
  const light = ref<Light | ''>('')

  async function load(): Promise<void> {
    if (phase.value !== 'ready') phase.value = 'loading'
    try {
      const found = new Map<string, Incident>()
      let next: string | null = '/api/v1/incidents/?open=true&limit=1000'
      while (next && found.size < HELD) {
        const page: Page = await read(next)
        for (const { properties } of page.features) found.set(properties.number, properties)
        next = page.next
      }
      all.value = found
      phase.value = 'ready'
    } catch {
      phase.value = 'failed'
    }
  }

  function hear(event: LiveEvent): Incident | null {
    if (event.kind === 'reset') return void load(), null
    const told = event.data as unknown as Incident & { change: string }
    const known = all.value.has(told.number)
    if (told.is_open) all.value.set(told.number, told)
    else all.value.delete(told.number)
    trim(all.value)
    triggerRef(all)
    return told.change === 'reported' && told.is_open && !known ? told : null
  }

  return {
    all,
    phase,
    light,
    shown: computed(() => latestFirst([...all.value.values()].filter((one) => !light.value || one.light === light.value))),
    load,
    clear: () => {
      all.value = new Map()
      phase.value = 'off'
    },
    hear,
  }
}

const latestFirst = (some: Incident[]): Incident[] => some.sort((a, b) => (a.reported_at < b.reported_at ? 1 : -1))

/** A wall is open for weeks: what is beyond HELD goes, the oldest first. */
function trim(all: Map<string, Incident>): void {
  if (all.size <= HELD) return
  const oldest = latestFirst([...all.values()]).slice(HELD)
  for (const { number } of oldest) all.delete(number)
}

export const within = ({ lon, lat }: Incident, [west, south, east, north]: Box): boolean =>
  lon >= west && lon <= east && lat >= south && lat <= north

export const incidentShape = (some: Incident[]): FeatureCollection => ({
  type: 'FeatureCollection',
  features: some.map(({ number, light, lon, lat }): Feature => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [lon, lat] },
    properties: { number, light },
  })),
})
