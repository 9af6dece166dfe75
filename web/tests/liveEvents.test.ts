import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { listenLive, soon, type LiveEvent } from '@/state/liveEvents'

class FakeSource extends EventTarget {
  static last: FakeSource
  closed = false
  constructor(readonly address: string) {
    super()
    FakeSource.last = this
  }
  close(): void {
    this.closed = true
  }
  tell(kind: string, data: object): void {
    this.dispatchEvent(new MessageEvent(kind, { data: JSON.stringify(data) }))
  }
}

describe('live events', () => {
  beforeEach(() => vi.stubGlobal('EventSource', FakeSource))
  afterEach(() => vi.unstubAllGlobals())

  it('are told by kind, a reset among them, until one stops listening', () => {
    const told: LiveEvent[] = []
    const stop = listenLive(['plan', 'tiles'], (event) => told.push(event))
    expect(FakeSource.last.address).toBe('/events/?kinds=plan,tiles')
    FakeSource.last.tell('plan', { plan: 3, revision: 2 })
    FakeSource.last.tell('incident', { number: 'x' })
    FakeSource.last.tell('reset', { reason: 'too old' })
    expect(told.map(({ kind }) => kind)).toEqual(['plan', 'reset'])
    expect(told[0]!.data).toEqual({ plan: 3, revision: 2 })
    stop()
    expect(FakeSource.last.closed).toBe(true)
  })
})

describe('soon', () => {
  it('does the work once for many calls, and not at all after cancel', () => {
    vi.useFakeTimers()
    const work = vi.fn()
    const call = soon(work, 100)
    call()
    call()
    vi.advanceTimersByTime(150)
    expect(work).toHaveBeenCalledTimes(1)
    call()
    call.cancel()
    vi.advanceTimersByTime(150)
    expect(work).toHaveBeenCalledTimes(1)
    vi.useRealTimers()
  })
})
