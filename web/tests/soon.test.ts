import { describe, expect, it, vi } from 'vitest'
import { soon } from '@/state/soon'

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
