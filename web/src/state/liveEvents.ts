/**
 * What the server tells of its own accord (`/events/`): tiles that changed, plans, areas. The browser opens the
 * stream anew after a break and names the last event that it has, so nothing in between is lost; where that is too
 * long ago the server says `reset`, and everything that is shown must be asked for again.
 */
export interface LiveEvent {
  kind: string
  data: Record<string, unknown>
}

const RESET = 'reset'

/** Calls `told` for every event of these kinds, and for a reset; returns the function that ends it. */
export function listenLive(kinds: readonly string[], told: (event: LiveEvent) => void): () => void {
  const source = new EventSource(`/events/?kinds=${kinds.join(',')}`)
  for (const kind of [...kinds, RESET]) {
    source.addEventListener(kind, (message: MessageEvent<string>) => told({ kind, data: JSON.parse(message.data) as LiveEvent['data'] }))
  }
  return () => source.close()
}

/** `work` once, a moment after the last of several calls. */
export function soon(work: () => void, milliseconds = 200): { (): void; cancel(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  const call = (): void => {
    clearTimeout(timer)
    timer = setTimeout(work, milliseconds)
  }
  return Object.assign(call, { cancel: () => clearTimeout(timer) })
}
