/** Calls out new or pressing incidents by a tone and, for who does not hear it, by a sign over the map. */
import { onBeforeUnmount, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { calls, loadAlarm, saveAlarm, type Alarm } from '@/wall/alarm'
import type { Incident } from '@/wall/incidents'
import { createTone } from '@/wall/tone'
import type { Live } from './useLive'

/** In a burst it sounds no more often. */
const APART_MS = 3000
const SHOWN_MS = 60_000

export interface AlarmState {
  alarm: Ref<Alarm>
  /** What it called out last, for a while. */
  called: ShallowRef<Incident | null>
  waits: Ref<boolean>
  choose(alarm: Alarm): void
  test(): void
  dismiss(): void
}

export function useAlarm(live: Live, user: () => string): AlarmState {
  const alarm = ref<Alarm>('off')
  const called = shallowRef<Incident | null>(null)
  const tone = createTone()
  let last = 0
  let timer = 0

  function call(incident: Incident): void {
    called.value = incident
    window.clearTimeout(timer)
    timer = window.setTimeout(dismiss, SHOWN_MS)
    if (Date.now() - last < APART_MS) return
    last = Date.now()
    tone.play()
  }

  function dismiss(): void {
    called.value = null
  }

  live.onTold((told, before) => {
    if (calls(alarm.value, told, before)) call(told)
  })
  watch(user, (name) => {
    alarm.value = name ? loadAlarm(name) : 'off'
    dismiss()
    if (alarm.value !== 'off') tone.ready()
  }, { immediate: true })
  onBeforeUnmount(() => {
    window.clearTimeout(timer)
    tone.close()
  })
  return {
    alarm,
    called,
    waits: tone.waits,
    choose: (next) => {
      alarm.value = next
      saveAlarm(user(), next)
      if (next !== 'off') tone.ready()
    },
    test: tone.play,
    dismiss,
  }
}
