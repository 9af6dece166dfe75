/** Who wants to hear what is told of incidents. */
import type { Incident, Told } from './incidents'

type Listener = (told: Told, before: Incident | undefined, reported: boolean) => void

export interface Hearing {
  /** Of those newly reported. */
  onReported(call: (incident: Incident) => void): void
  /** Of everything, with what was known of it before. */
  onTold(call: Listener): void
}

export function createHearing(): Hearing & { tell: Listener } {
  const listeners: Listener[] = []
  return {
    tell: (...what) => listeners.forEach((call) => call(...what)),
    onReported: (call) => void listeners.push((told, _before, reported) => reported && call(told)),
    onTold: (call) => void listeners.push(call),
  }
}
