/** Prove that nothing that was done is lost, sent twice in vain, or sent on ground that others have changed. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '@/api/client'
import { Outbox, newToken, type Write } from '@/editor/outbox'
import { Sender } from '@/editor/sending'
import type { CommandAnswer } from '@/editor/types'

const answer = { revision: 1 } as CommandAnswer
const write = (at: number, codes: string[] = []): Write => ({
  token: newToken(), plan: 7, user: 'drawer', kind: 'rename', args: { code: '1', name: `${at}` }, at, codes, sketch: null,
})

beforeEach(() => {
  localStorage.clear()
  vi.useFakeTimers()
})

function sender(send: (write: Write) => Promise<CommandAnswer>) {
  const outbox = new Outbox(7)
  const failed = vi.fn()
  const done = vi.fn()
  return { outbox, done, failed, sender: new Sender(outbox, { send, done, failed }) }
}

describe('a write', () => {
  it('is in the browser storage until the server acknowledges it', async () => {
    let acknowledge: (given: CommandAnswer) => void = () => undefined
    const { outbox, sender: mine } = sender(() => new Promise((resolve) => (acknowledge = resolve)))
    const outcome = mine.submit(write(1))
    expect(outbox.read('drawer')).toHaveLength(1)
    expect(mine.state.value).toBe('saving')
    acknowledge(answer)
    expect(await outcome).toEqual({ status: 'done', answer })
    expect(outbox.read('drawer')).toEqual([])
    expect(mine.state.value).toBe('saved')
  })

  it('waits with those after it when no answer comes, and goes out again in order with the same tokens', async () => {
    const sent: string[] = []
    let online = false
    const { outbox, sender: mine } = sender(async ({ token }) => {
      sent.push(token)
      if (!online) throw new ApiError('no network', 0)
      return answer
    })
    const [one, two] = [write(1), write(2)]
    expect(await mine.submit(one)).toEqual({ status: 'queued' })
    expect(await mine.submit(two)).toEqual({ status: 'queued' })
    expect([mine.state.value, mine.queue.length, outbox.read('drawer').length]).toEqual(['offline', 2, 2])
    online = true
    await vi.advanceTimersByTimeAsync(20_000)
    expect(sent.filter((token) => token === two.token)).toHaveLength(1)
    expect(sent.slice(-2)).toEqual([one.token, two.token])
    expect([mine.state.value, outbox.read('drawer').length]).toEqual(['saved', 0])
  })

  it('left by a closed tab is sent by the next one, but only for the same person', async () => {
    new Outbox(7).add(write(1))
    expect(new Outbox(7).read('somebody')).toEqual([])
    expect(new Outbox(8).read('drawer')).toEqual([])
    const { outbox, done, sender: mine } = sender(async () => answer)
    mine.resume(outbox.read('drawer'))
    await vi.runAllTimersAsync()
    expect(done).toHaveBeenCalledOnce()
    expect(outbox.read('drawer')).toEqual([])
  })

  it('that is refused is dropped and told; those after it go on', async () => {
    const { failed, done, sender: mine } = sender(async ({ at }) => {
      if (at === 1) throw new ApiError('does not cross', 422, 'does_not_cross')
      return answer
    })
    const [first, second] = await Promise.all([mine.submit(write(1)), mine.submit(write(2))])
    expect([first.status, second.status]).toEqual(['refused', 'done'])
    expect([failed.mock.calls.length, done.mock.calls.length]).toEqual([1, 1])
  })

  it('waits for a sign-in and goes out after it', async () => {
    let signedIn = false
    const { sender: mine } = sender(async () => {
      if (!signedIn) throw new ApiError('sign in', 401, 'not_signed_in')
      return answer
    })
    await mine.submit(write(1))
    expect(mine.state.value).toBe('signedOut')
    signedIn = true
    mine.wake()
    await vi.runAllTimersAsync()
    expect(mine.state.value).toBe('saved')
  })

  it('on which the server fails time and again does not hold up the others for ever', async () => {
    const { done, failed, sender: mine } = sender(async ({ at }) => {
      if (at === 1) throw new ApiError('broken', 500, 'error')
      return answer
    })
    void mine.submit(write(1))
    void mine.submit(write(2))
    await vi.advanceTimersByTimeAsync(30_000)
    expect([failed.mock.calls.length, done.mock.calls.length]).toEqual([1, 1])
  })

  it('never sent can be taken back, one that was sent cannot', async () => {
    const { sender: mine } = sender(async () => {
      throw new ApiError('no network', 0)
    })
    await mine.submit(write(1))
    await mine.submit(write(2))
    expect(mine.takeBack()?.at).toBe(2)
    expect(mine.takeBack()).toBeNull()
  })

  it('survives entries that cannot be read', () => {
    localStorage.setItem('wangge.write.7.x', '{')
    new Outbox(7).add(write(1))
    expect(new Outbox(7).read('drawer')).toHaveLength(1)
  })
})
