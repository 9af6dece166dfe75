/** What the one-click page knows: what it was asked for, who reads, the situation, and how fresh that is. */
import { computed, onBeforeUnmount, onMounted, reactive, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import { ApiError, getArea } from '@/api/client'
import type { AreaDetail } from '@/api/types'
import { getSession } from '@/editor/api'
import type { Session } from '@/editor/types'
import { language } from '@/i18n'
import { getPlace, getSituation } from '@/incident/api'
import type { Incident, IncidentTold, Position, Situation } from '@/incident/types'
import { on } from '@/state/events'
import { soon } from '@/state/soon'
import { readAddress, writeAddress, type Target } from './address'

export type Phase = 'blank' | 'loading' | 'ready' | 'missing' | 'signedOut' | 'wrong' | 'failed'

/** Whose changes may show in the list of what is near: a degree of latitude is 111 km. */
const NEAR_DEGREES = 0.012

export interface Page {
  state: { phase: Phase; target: Target; embedded: boolean; session: Session | null; problem: string }
  situation: ShallowRef<Situation | null>
  grid: ShallowRef<AreaDetail | null>
  incident: ComputedRef<Incident | null>
  here: ComputedRef<Position | null>
  go(target: Target): void
  load(): Promise<void>
  /** The incident as an action left it; the rest follows. */
  changed(incident: Incident): void
}

const PHASES: Record<number, Phase> = { 400: 'wrong', 401: 'signedOut', 404: 'missing' }

export function usePage(): Page {
  const first = readAddress(window.location)
  const state: Page['state'] = reactive({ phase: 'loading', ...first, session: null, problem: '' })
  const situation = shallowRef<Situation | null>(null)
  const grid = shallowRef<AreaDetail | null>(null)
  const incident = computed(() => situation.value?.incident?.properties ?? null)
  const here = computed<Position | null>(() => (situation.value ? [situation.value.place.lon, situation.value.place.lat] : null))
  let request = new AbortController()

  /** Loads anew; what is shown stays until the answer is there, and also if none comes. */
  async function load(): Promise<void> {
    request.abort()
    const { signal } = (request = new AbortController())
    const { target } = state
    if (!target) return void (state.phase = 'blank')
    try {
      const found = await ('number' in target ? getSituation(target.number, signal) : getPlace(target.place, signal))
      situation.value = found
      state.phase = 'ready'
      await loadGrid(found, signal)
    } catch (reason) {
      if (!signal.aborted) failed(reason)
    }
  }

  function failed(reason: unknown): void {
    const status = reason instanceof ApiError ? reason.status : 0
    state.problem = reason instanceof ApiError && status ? reason.message : ''
    const phase = PHASES[status]
    if (phase) situation.value = null
    if (phase || !situation.value) state.phase = phase ?? 'failed'
  }

  async function loadGrid({ areas }: Situation, signal: AbortSignal): Promise<void> {
    const code = areas.at(-1)?.code ?? null
    if (code === (grid.value?.properties.code ?? null)) return
    grid.value = null
    if (code) grid.value = await getArea(code, signal).catch(() => null)
  }

  function show(target: Target): void {
    situation.value = null
    Object.assign(state, { target, phase: target ? 'loading' : 'blank' })
    void load()
  }

  function go(target: Target): void {
    window.history.pushState(null, '', writeAddress(target, window.location.search))
    show(target)
  }

  const again = soon(() => void load(), 150)
  listen({ state, situation, again, travelled: () => show(readAddress(window.location).target) })
  watch(language, again)
  onMounted(async () => {
    const loaded = load()
    state.session = await getSession().catch(() => null)
    await loaded
  })
  onBeforeUnmount(() => {
    request.abort()
    again.cancel()
  })

  const changed = (next: Incident): void => {
    if (situation.value) situation.value = { ...situation.value, incident: { properties: next } }
    again()
  }
  return { state, situation, grid, incident, here, go, load, changed }
}

interface Listening {
  state: Page['state']
  situation: ShallowRef<Situation | null>
  again: () => void
  travelled: () => void
}

function listen({ state, situation, again, travelled }: Listening): void {
  const told = ({ number, lon, lat }: IncidentTold): void => {
    const { target } = state
    const place = situation.value?.place
    const near = place !== undefined && Math.max(Math.abs(lon - place.lon) * 0.82, Math.abs(lat - place.lat)) < NEAR_DEGREES
    if (near || (target && 'number' in target && target.number === number)) again()
  }
  const off = on<IncidentTold>('incident', told, again)
  onMounted(() => {
    window.addEventListener('popstate', travelled)
    window.addEventListener('online', again)
  })
  onBeforeUnmount(() => {
    off()
    window.removeEventListener('popstate', travelled)
    window.removeEventListener('online', again)
  })
}
