/**
 * The live wall: for who is signed in, the open incidents on the map and in the list, as they happen. What further
 * panels show of incidents (heat, replay, sound) reads `shown` and `onReported` here.
 */
import type { MapGeoJSONFeature } from 'maplibre-gl'
import { computed, onBeforeUnmount, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import type { Box } from '@/api/types'
import { NOTHING } from '@/map/selectionShape'
import { on, reconnect } from '@/state/events'
import type { Filters } from '@/wall/filters'
import { createHearing, type Hearing } from '@/wall/hearing'
import { createIncidents, incidentShape, within, type Incident, type Incidents, type Told } from '@/wall/incidents'
import { listAt } from '@/wall/listFile'
import { LIVE } from '@/wall/overlays'
import { useFilters } from './useFilters'
import { useFresh } from './useFresh'
import { usePulse } from './usePulse'
import type { WallMap } from './useWallMap'

/** A past moment that stands in for now (useReplay.ts). */
export interface Past {
  moment: number
  /** Code of the area to which they are limited; '' is none. */
  area: string
  incidents: Incident[]
  fresh: ReadonlySet<string>
}

export interface Live extends Hearing {
  incidents: Incidents
  /** While it is set, map, list and counts show it; what is reported meanwhile is told to `onReported` alone. */
  past: ShallowRef<Past | null>
  filters: Ref<Filters>
  on: ComputedRef<boolean>
  /** Those of the map and the list: what the filters let pass. */
  shown: ComputedRef<Incident[]>
  /** Those of the map that are in the picture. */
  here: ComputedRef<Incident[]>
  /** Where those are read as a file. */
  file: ComputedRef<string>
  /** All open ones of the chosen area, and how many of them are overdue. */
  inArea: ComputedRef<Incident[]>
  late: ComputedRef<number>
  fresh: ComputedRef<ReadonlySet<string>>
  chosen: Ref<string | null>
  start(): void
  stop(): void
  /** The map has come to rest here. */
  rested(box: Box): void
  choose(incident: Incident): void
  /** Narrows map and list to one item; again, and they show all. */
  only(item: string): void
  /** Whether the click was on an incident or a cluster. */
  press(features: MapGeoJSONFeature[]): boolean
}

export function useLive(wall: WallMap, area: () => string): Live {
  const incidents = createIncidents()
  const { filters, now, lets } = useFilters()
  const box = shallowRef<Box | null>(null)
  const fresh = useFresh()
  const past = shallowRef<Past | null>(null)
  const chosen = ref<string | null>(null)
  const { tell, ...hearing } = createHearing()
  const pulse = usePulse(wall)
  let off: (() => void) | null = null

  const all = computed(() => past.value?.incidents ?? incidents.newestFirst.value)
  const shown = computed(() => all.value.filter((one) => lets(one, past.value?.moment)))
  const here = computed(() => (box.value ? shown.value.filter((one) => within(one, box.value!)) : shown.value))
  const inArea = computed(() => all.value.filter((one) => !area() || (one.area_code ?? '').startsWith(area())))
  watch(shown, (some) => wall.put(LIVE, past.value || incidents.phase.value === 'ready' ? incidentShape(some) : NOTHING))

  function heard(told: Told): void {
    const before = incidents.all.value.get(told.number)
    const reported = incidents.hear(told)
    if (!lets(told)) return
    if (reported && !past.value) pulse(told.number, [told.lon, told.lat])
    if (reported) fresh.mark(told.number)
    tell(told, before, reported)
  }

  function stop(): void {
    off?.()
    off = null
    chosen.value = past.value = null
    incidents.clear()
  }

  function start(): void {
    if (off) stop()
    off = on<Told>('incident', heard, () => void incidents.load())
    // The stream that was open before signing in hears only what is public.
    reconnect()
    void incidents.load()
  }

  function choose({ number, lon, lat }: Incident): void {
    chosen.value = number
    wall.put('found', { type: 'FeatureCollection', features: [{ type: 'Feature', geometry: { type: 'Point', coordinates: [lon, lat] }, properties: {} }] })
    wall.map()?.fly([lon, lat], 16)
  }

  function press(features: MapGeoJSONFeature[]): boolean {
    const hit = features.find((one) => one.source === LIVE)
    if (!hit || hit.geometry.type !== 'Point') return false
    const { number, cluster_id: cluster } = hit.properties as { number?: string; cluster_id?: number }
    if (cluster !== undefined) void wall.map()?.open(LIVE, cluster, hit.geometry.coordinates as [number, number])
    else all.value.filter((one) => one.number === number).forEach(choose)
    return true
  }

  onBeforeUnmount(() => off?.())
  return {
    incidents,
    past,
    filters,
    on: computed(() => incidents.phase.value !== 'off' && incidents.phase.value !== 'refused'),
    shown,
    here,
    file: computed(() => listAt({ filters: filters.value, box: box.value, now: now.value, past: past.value })),
    inArea,
    late: computed(() => inArea.value.filter((one) => one.light === 'red').length),
    fresh: computed(() => past.value?.fresh ?? fresh.numbers.value),
    chosen,
    start,
    stop,
    rested: (seen) => void (box.value = seen),
    choose,
    only: (item) => void (filters.value = { ...filters.value, item: filters.value.item === item ? '' : item }),
    press,
    ...hearing,
  }
}
