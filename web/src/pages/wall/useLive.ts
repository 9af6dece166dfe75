/**
 * The live wall: for who is signed in, the open incidents on the map and in the list, as they happen. What further
 * panels show of incidents (heat, replay, sound) reads `shown` and `onReported` here.
 */
import type { MapGeoJSONFeature } from 'maplibre-gl'
import { computed, onBeforeUnmount, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import type { Box } from '@/api/types'
import { NOTHING } from '@/map/selectionShape'
import { on, reconnect } from '@/state/events'
import type { Filters } from '@/wall/filters'
import { createIncidents, incidentShape, within, type Incident, type Incidents, type Told } from '@/wall/incidents'
import { LIVE } from '@/wall/overlays'
import { useFilters } from './useFilters'
import { usePulse } from './usePulse'
import type { WallMap } from './useWallMap'

export interface Live {
  incidents: Incidents
  filters: Ref<Filters>
  on: ComputedRef<boolean>
  /** Those of the map and the list: what the filters let pass. */
  shown: ComputedRef<Incident[]>
  /** Those of the map that are in the picture. */
  here: ComputedRef<Incident[]>
  /** All open ones of the chosen area, and how many of them are overdue. */
  inArea: ComputedRef<Incident[]>
  late: ComputedRef<number>
  fresh: Ref<ReadonlySet<string>>
  chosen: Ref<string | null>
  start(): void
  stop(): void
  /** The map has come to rest here. */
  rested(box: Box): void
  choose(incident: Incident): void
  /** Whether the click was on an incident or a cluster. */
  press(features: MapGeoJSONFeature[]): boolean
  onReported(call: (incident: Incident) => void): void
}

const FRESH_MS = 60_000

export function useLive(wall: WallMap, area: () => string): Live {
  const incidents = createIncidents()
  const { filters, lets } = useFilters()
  const box = shallowRef<Box | null>(null)
  const fresh = ref<ReadonlySet<string>>(new Set())
  const chosen = ref<string | null>(null)
  const calls: ((incident: Incident) => void)[] = []
  const pulse = usePulse(wall)
  let off: (() => void) | null = null

  const shown = computed(() => incidents.newestFirst.value.filter(lets))
  const here = computed(() => (box.value ? shown.value.filter((one) => within(one, box.value!)) : shown.value))
  const inArea = computed(() => incidents.newestFirst.value.filter((one) => !area() || (one.area_code ?? '').startsWith(area())))
  watch(shown, (some) => wall.put(LIVE, incidents.phase.value === 'ready' ? incidentShape(some) : NOTHING))

  function heard(told: Told): void {
    if (!incidents.hear(told) || !lets(told)) return
    pulse(told.number, [told.lon, told.lat])
    mark(told.number)
    calls.forEach((call) => call(told))
  }

  function mark(number: string): void {
    fresh.value = new Set(fresh.value).add(number)
    window.setTimeout(() => (fresh.value = new Set([...fresh.value].filter((one) => one !== number))), FRESH_MS)
  }

  function stop(): void {
    off?.()
    off = null
    chosen.value = null
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
    else if (number && incidents.all.value.has(number)) choose(incidents.all.value.get(number)!)
    return true
  }

  onBeforeUnmount(() => off?.())
  return {
    incidents,
    filters,
    on: computed(() => incidents.phase.value !== 'off' && incidents.phase.value !== 'refused'),
    shown,
    here,
    inArea,
    late: computed(() => inArea.value.filter((one) => one.light === 'red').length),
    fresh,
    chosen,
    start,
    stop,
    rested: (seen) => void (box.value = seen),
    choose,
    press,
    onReported: (call) => void calls.push(call),
  }
}
