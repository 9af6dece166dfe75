/** Whether the server answers, and when it last did. Fed by api/client.ts, shown in the top bar. */
import { reactive } from 'vue'

export type ConnectionState = 'waiting' | 'ok' | 'stale'

export const connection = reactive<{ state: ConnectionState; lastAnswer: Date | null }>({
  state: 'waiting',
  lastAnswer: null,
})

export function noteAnswer(): void {
  connection.state = 'ok'
  connection.lastAnswer = new Date()
}

export function noteSilence(): void {
  connection.state = 'stale'
}
