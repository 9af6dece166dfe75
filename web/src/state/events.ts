/**
 * What the server tells while it happens (docs/events.md): one connection for the page, shared by all that listen.
 * It is taken up again after any break, from the last event heard, so that nothing is lost and nothing comes twice.
 */
import { noteStream } from './connection'

export type EventKind = 'incident' | 'tiles' | 'plan' | 'areas'

export interface TilesChanged {
  layers: string[]
  /** West, south, east, north in degrees. */
  boxes: [number, number, number, number][]
}

type Handler = (data: unknown) => void

const KINDS: EventKind[] = ['incident', 'tiles', 'plan', 'areas']
const AGAIN_MS = 3000

const handlers: Record<EventKind, Set<Handler>> = { incident: new Set(), tiles: new Set(), plan: new Set(), areas: new Set() }
const startOver = new Set<() => void>()
let source: EventSource | null = null
let timer: ReturnType<typeof setTimeout> | null = null
let lastId = ''
let broken = false

/**
 * Calls `handler` with the data of every event of this kind until the returned function is called. `missed` is
 * called when events may have been lost: what is shown has to be loaded anew.
 */
export function on<T>(kind: EventKind, handler: (data: T) => void, missed?: () => void): () => void {
  const own: Handler = (data) => handler(data as T)
  handlers[kind].add(own)
  if (missed) startOver.add(missed)
  open()
  return () => {
    handlers[kind].delete(own)
    if (missed) startOver.delete(missed)
    if (KINDS.every((each) => handlers[each].size === 0)) close()
  }
}

function open(): void {
  if (source || timer) return
  source = new EventSource(lastId ? `/events/?last_event_id=${lastId}` : '/events/')
  for (const kind of KINDS) source.addEventListener(kind, (event) => take(kind, event))
  source.addEventListener('reset', () => startOver.forEach((call) => call()))
  source.addEventListener('open', () => {
    // A browser goes on from the last id by itself; a connection made anew without one may have missed something.
    if (broken && !lastId) startOver.forEach((call) => call())
    broken = false
    noteStream(true)
  })
  source.addEventListener('error', failed)
}

/** Connects again as who is signed in now; what is heard goes on from the last event. */
export function reconnect(): void {
  if (!source) return
  source.close()
  source = null
  broken = true
  open()
}

function take(kind: EventKind, event: MessageEvent<string>): void {
  lastId = event.lastEventId
  const data: unknown = JSON.parse(event.data)
  handlers[kind].forEach((call) => call(data))
}

/** The browser tries again by itself unless the server has answered with an error. */
function failed(): void {
  noteStream(false)
  if (source?.readyState !== EventSource.CLOSED) return
  source = null
  broken = true
  timer = setTimeout(() => {
    timer = null
    open()
  }, AGAIN_MS)
}

function close(): void {
  source?.close()
  if (timer) clearTimeout(timer)
  source = timer = null
  lastId = ''
  broken = false
}
