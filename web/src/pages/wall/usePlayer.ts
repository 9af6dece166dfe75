/** Lets a moment run on by itself, faster than life, within bounds. */
import { onBeforeUnmount, ref, type Ref } from 'vue'

export const SPEEDS = [1, 10, 60, 300, 600] as const
const TICK_MS = 250
/** A page in the background is called rarely: the replay then waits, it does not leap. */
const LEAP_MS = 1000

export interface Player {
  playing: Ref<boolean>
  speed: Ref<number>
  play(): void
  pause(): void
}

/** `advance` is told by how much, and answers whether there is more to come. */
export function usePlayer(advance: (by: number) => boolean): Player {
  const playing = ref(false)
  const speed = ref<number>(60)
  let timer = 0
  let last = 0

  function tick(): void {
    const now = performance.now()
    const by = Math.min(now - last, LEAP_MS) * speed.value
    last = now
    if (!advance(by)) pause()
  }

  function play(): void {
    if (playing.value) return
    playing.value = true
    last = performance.now()
    timer = window.setInterval(tick, TICK_MS)
  }

  function pause(): void {
    window.clearInterval(timer)
    playing.value = false
  }

  onBeforeUnmount(pause)
  return { playing, speed, play, pause }
}
