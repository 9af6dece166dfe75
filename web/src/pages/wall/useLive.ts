/** Live incidents on the wall: who is signed in hears of them; a new one is listed, drawn and pulses three times. */
import { computed, onBeforeUnmount, ref, watch, type ComputedRef, type Ref } from 'vue'
import type { Box } from '@/api/types'
import { NOTHING } from '@/map/selectionShape'
import { on, reconnect } from '@/state/events'
import { createIncidents, incidentShape, within, type Incident, type Incidents, type Told } from '@/wall/incidents'
import type { WallMap } from './useWallMap'

const PULSES_MS = 3600
const FRESH_MS = 60_000
const PULSING_MAX = 12

export interface LiveState {
  incidents: Incidents
  here: ComputedRef<Incident[]>
  fresh: Ref<Set<string>>
  rested(box: Box): void
  start(): void
  stop(): void
}

/** `heard` is called after every event that changed something. */
export function useLive(wall: WallMap, heard: () => void): LiveState {
  const incidents = createIncidents()
  const box = ref<Box | null>(null)
  const fresh = ref(new Set<string>())
  let deafen: (() => void) | null = null
  let pulsing = 0

  function pulse({ lon, lat }: Incident): void {
    const map = wall.map()
    if (!map || pulsing >= PULSING_MAX) return
    pulsing += 1
    const element = document.createElement('div')
    element.className = 'incident-pulse'
    const marker = map.pin(element, [lon, lat])
    window.setTimeout(() => {
      marker.remove()
      pulsing -= 1
    }, PULSES_MS)
  }

  function hear(told: Told): void {
    const reported = incidents.hear(told)
    heard()
    if (!reported) return
    pulse(reported)
    fresh.value = new Set(fresh.value).add(reported.number)
    window.setTimeout(() => {
      const next = new Set(fresh.value)
      next.delete(reported.number)
      fresh.value = next
    }, FRESH_MS)
  }

  function stop(): void {
    if (deafen) reconnect()
    deafen?.()
    deafen = null
    incidents.clear()
  }

  watch(incidents.shown, (some) => wall.put('live', some.length ? incidentShape(some) : NOTHING))
  onBeforeUnmount(stop)
  return {
    incidents,
    here: computed(() => (box.value ? incidents.shown.value.filter((one) => within(one, box.value!)) : incidents.shown.value)),
    fresh,
    rested: (next) => void (box.value = next),
    start: () => {
      stop()
      // Listening comes first: what is reported while the list is read is then heard.
      deafen = on<Told>('incident', hear, () => void incidents.load())
      reconnect()
      void incidents.load()
    },
    stop,
  }
}
