import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

class FakeSource extends EventTarget {
  static readonly CLOSED = 2
  static made: FakeSource[] = []
  readyState = 1
  closed = false
  constructor(readonly url: string) {
    super()
    FakeSource.made.push(this)
  }
  close(): void {
    this.closed = true
  }
  tell(kind: string, data: unknown, lastEventId: string): void {
    this.dispatchEvent(new MessageEvent(kind, { data: JSON.stringify(data), lastEventId }))
  }
  fail(readyState: number): void {
    this.readyState = readyState
    this.dispatchEvent(new Event('error'))
  }
}

describe('events of the server', () => {
  let on: typeof import('@/state/events').on

  beforeEach(async () => {
    vi.resetModules()
    vi.useFakeTimers()
    FakeSource.made = []
    vi.stubGlobal('EventSource', FakeSource)
    on = (await import('@/state/events')).on
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('share one connection, which ends with the last listener', () => {
    const plans: unknown[] = []
    const tiles: unknown[] = []
    const offPlans = on('plan', (data) => plans.push(data))
    const offTiles = on('tiles', (data) => tiles.push(data))
    FakeSource.made[0]!.tell('plan', { plan: 1 }, '7')
    expect([plans, tiles, FakeSource.made.length]).toEqual([[{ plan: 1 }], [], 1])
    offPlans()
    expect(FakeSource.made[0]!.closed).toBe(false)
    offTiles()
    expect(FakeSource.made[0]!.closed).toBe(true)
  })

  it('leave a break to the browser, and go on themselves from the last id after a refusal', () => {
    on('plan', () => undefined)
    FakeSource.made[0]!.tell('plan', {}, '41')
    FakeSource.made[0]!.fail(0)
    vi.advanceTimersByTime(10_000)
    expect(FakeSource.made.length).toBe(1)
    FakeSource.made[0]!.fail(FakeSource.CLOSED)
    vi.advanceTimersByTime(10_000)
    expect(FakeSource.made.map((each) => each.url)).toEqual(['/events/', '/events/?last_event_id=41'])
  })

  it('say when something may have been missed', () => {
    const missed = vi.fn()
    on('plan', () => undefined, missed)
    FakeSource.made[0]!.dispatchEvent(new Event('open'))
    expect(missed).not.toHaveBeenCalled()
    FakeSource.made[0]!.fail(FakeSource.CLOSED)
    vi.advanceTimersByTime(10_000)
    FakeSource.made[1]!.dispatchEvent(new Event('open'))
    expect(missed).toHaveBeenCalledTimes(1)
    FakeSource.made[1]!.tell('reset', {}, '')
    expect(missed).toHaveBeenCalledTimes(2)
  })

  it('tell that a page which hears nothing is not fresh, though its questions are answered', async () => {
    const { connection, noteAnswer } = await import('@/state/connection')
    on('plan', () => undefined)
    noteAnswer()
    expect(connection.state).toBe('ok')
    FakeSource.made[0]!.fail(0)
    noteAnswer()
    expect(connection.state).toBe('stale')
    FakeSource.made[0]!.dispatchEvent(new Event('open'))
    expect(connection.state).toBe('ok')
  })
})
