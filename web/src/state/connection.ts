/**
 * Whether what is shown is fresh: whether the server answers (told by api/client.ts) and its events come (told by
 * events.ts), and when it last did. Shown in the top bar.
 */
import { reactive } from 'vue'

export type ConnectionState = 'waiting' | 'ok' | 'stale'

export const connection = reactive<{ state: ConnectionState; lastAnswer: Date | null }>({
  state: 'waiting',
  lastAnswer: null,
})

/** An answer to a question does not make a page fresh that hears of no changes. */
let deaf = false

export function noteAnswer(): void {
  connection.state = deaf ? 'stale' : 'ok'
  connection.lastAnswer = new Date()
}

export function noteSilence(): void {
  connection.state = 'stale'
}

/** The stream of events is there, or was lost. */
export function noteStream(heard: boolean): void {
  deaf = !heard
  if (heard) noteAnswer()
  else noteSilence()
}
