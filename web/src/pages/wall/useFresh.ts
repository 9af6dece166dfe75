/** Which incidents have just been reported: marked for a minute. */
import { onBeforeUnmount, ref, type Ref } from 'vue'

const FRESH_MS = 60_000

export interface Fresh {
  numbers: Ref<ReadonlySet<string>>
  mark(number: string): void
}

export function useFresh(): Fresh {
  const numbers = ref<ReadonlySet<string>>(new Set())
  const timers = new Set<number>()
  onBeforeUnmount(() => timers.forEach((timer) => window.clearTimeout(timer)))

  function mark(number: string): void {
    numbers.value = new Set(numbers.value).add(number)
    const timer = window.setTimeout(() => {
      numbers.value = new Set([...numbers.value].filter((one) => one !== number))
      timers.delete(timer)
    }, FRESH_MS)
    timers.add(timer)
  }

  return { numbers, mark }
}
