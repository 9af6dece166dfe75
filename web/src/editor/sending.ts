/**
 * Sends writes one after the other, each on the revision that the one before it left. No answer: everything
 * waits and is tried again, with growing pauses and as soon as the browser is online.
 */
import { ref, shallowReactive, type Ref } from 'vue'
import { ApiError } from '@/api/client'
import type { Outbox, Write } from './outbox'
import type { CommandAnswer } from './types'

export type SaveState = 'saved' | 'saving' | 'offline' | 'signedOut'

export type Outcome =
  | { status: 'done'; answer: CommandAnswer }
  | { status: 'refused' | 'stale'; error: ApiError }
  | { status: 'queued' }

export interface SenderEvents {
  send(write: Write): Promise<CommandAnswer>
  done(write: Write, answer: CommandAnswer): void
  failed(write: Write, error: ApiError, stale: boolean): void
}

const PAUSES_MS = [1000, 2000, 4000, 8000, 15_000]
/** A server that fails on one write time and again would hold up all others. */
const PATIENCE = 3

const isSilence = (error: ApiError): boolean => [0, 429, 502, 503, 504].includes(error.status)

export class Sender {
  /** What is not yet acknowledged, in the order in which it is sent. */
  readonly queue = shallowReactive<Write[]>([])
  readonly state: Ref<SaveState> = ref('saved')
  private readonly waiting = new Map<string, (outcome: Outcome) => void>()
  private readonly attempts = new Map<string, number>()
  private busy = false
  /** Somebody asked to send while it was being sent: what failed meanwhile is tried again. */
  private wanted = false
  private timer: ReturnType<typeof setTimeout> | undefined
  private pause = 0

  constructor(
    private readonly outbox: Outbox,
    private readonly events: SenderEvents,
  ) {}

  /** Resolves once the write is done or refused, or is known to wait for the connection. */
  submit(write: Write): Promise<Outcome> {
    this.outbox.add(write)
    this.queue.push(write)
    const outcome = new Promise<Outcome>((resolve) => this.waiting.set(write.token, resolve))
    if (this.state.value === 'offline') this.settle(write, { status: 'queued' })
    else void this.pump()
    return outcome
  }

  /** Takes up writes that an earlier visit left. */
  resume(writes: Write[]): void {
    const known = new Set(this.queue.map(({ token }) => token))
    this.queue.push(...writes.filter(({ token }) => !known.has(token)))
    this.wake()
  }

  /** Tries now, not after the pause. */
  wake(): void {
    this.pause = 0
    if (this.state.value === 'signedOut') this.state.value = this.queue.length ? 'saving' : 'saved'
    void this.pump()
  }

  /** Takes back the newest write if it has never been sent; null when there is none. */
  takeBack(): Write | null {
    const last = this.queue.at(-1)
    if (!last || this.attempts.has(last.token)) return null
    this.forget(last)
    return last
  }

  /** Drops writes that can no longer be meant as they were made. */
  drop(writes: Write[]): void {
    writes.forEach((write) => this.forget(write))
  }

  stop(): void {
    clearTimeout(this.timer)
  }

  private async pump(): Promise<void> {
    this.wanted = true
    if (this.busy) return
    this.busy = true
    while (this.wanted) {
      this.wanted = false
      await this.sendAll()
    }
    this.busy = false
  }

  private async sendAll(): Promise<void> {
    clearTimeout(this.timer)
    while (this.queue[0]) {
      if (this.state.value !== 'offline') this.state.value = 'saving'
      if (!(await this.attempt(this.queue[0]))) return
      this.pause = 0
    }
  }

  /** Whether the write is over, one way or the other. */
  private async attempt(write: Write): Promise<boolean> {
    this.attempts.set(write.token, (this.attempts.get(write.token) ?? 0) + 1)
    try {
      const answer = await this.events.send(write)
      this.over(write)
      this.events.done(write, answer)
      this.settle(write, { status: 'done', answer })
      return true
    } catch (reason) {
      return this.judged(write, reason instanceof ApiError ? reason : new ApiError(String(reason), 500))
    }
  }

  private judged(write: Write, error: ApiError): boolean {
    if (error.status === 401) return this.held('signedOut')
    const tired = error.status >= 500 && (this.attempts.get(write.token) ?? 0) >= PATIENCE
    if (isSilence(error) || (error.status >= 500 && !tired)) return this.held('offline')
    const stale = error.code === 'stale_revision'
    this.over(write)
    this.events.failed(write, error, stale)
    this.settle(write, { status: stale ? 'stale' : 'refused', error })
    return true
  }

  private held(why: 'offline' | 'signedOut'): false {
    this.state.value = why
    for (const write of this.queue) this.settle(write, { status: 'queued' })
    if (why === 'offline') {
      clearTimeout(this.timer)
      this.timer = setTimeout(() => void this.pump(), PAUSES_MS[Math.min(this.pause, PAUSES_MS.length - 1)])
      this.pause += 1
    }
    return false
  }

  private settle(write: Write, outcome: Outcome): void {
    this.waiting.get(write.token)?.(outcome)
    this.waiting.delete(write.token)
  }

  /** The server has spoken on it. */
  private over(write: Write): void {
    this.forget(write)
    if (this.queue.length) this.state.value = 'saving'
  }

  private forget(write: Write): void {
    this.outbox.remove(write.token)
    this.attempts.delete(write.token)
    const at = this.queue.indexOf(write)
    if (at >= 0) this.queue.splice(at, 1)
    if (!this.queue.length) this.state.value = 'saved'
  }
}
