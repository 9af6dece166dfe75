/** A new incident pulses three times where it was reported (wall.css, `.pulse`); then its mark alone stays. */
import { onBeforeUnmount } from 'vue'
import type { WallMap } from './useWallMap'

const PULSES_MS = 3000
/** In a burst the map is not covered in rings. */
const AT_ONCE = 20

export function usePulse(wall: WallMap): (number: string, place: [number, number]) => void {
  const timers = new Set<number>()
  onBeforeUnmount(() => timers.forEach((timer) => window.clearTimeout(timer)))
  return (number, place) => {
    const map = wall.map()
    if (!map || timers.size >= AT_ONCE) return
    const ring = document.createElement('div')
    ring.className = 'pulse'
    ring.dataset.number = number
    ring.append(document.createElement('i'))
    const unpin = map.pin(ring, place)
    const timer = window.setTimeout(() => {
      unpin()
      timers.delete(timer)
    }, PULSES_MS)
    timers.add(timer)
  }
}
