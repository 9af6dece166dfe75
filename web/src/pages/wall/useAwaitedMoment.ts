/** The moment that an address names, kept until it is known that the reader may see it. */
import { watch, type Ref } from 'vue'
import { readMoment, writeMoment } from '@/wall/localTime'

export interface AwaitedMoment {
  read(text: string | undefined): void
  /** What still waits, as it stood in the address. */
  written(): string
}

/** `go` is called with a moment that is not to come, or with null where the address names none. */
export function useAwaitedMoment(ready: Ref<boolean>, go: (at: number | null) => void): AwaitedMoment {
  let waiting: number | null = null

  function take(): void {
    const at = waiting
    waiting = null
    if (at !== null) go(at)
  }

  function read(text: string | undefined): void {
    const at = readMoment(text)
    waiting = at !== null && at <= Date.now() ? at : null
    if (waiting === null) go(null)
    else if (ready.value) take()
  }

  watch(ready, (is) => is && take())
  return { read, written: () => (waiting === null ? '' : writeMoment(waiting)) }
}
