/** Prove that the search box shows the answer to what is typed now, and moves through it by keyboard. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AreaProperties } from '@/api/types'
import { createAreaSearch, type Find } from '@/state/areaSearch'

const area = (code: string): AreaProperties => ({
  code, name: `区域${code}`, tier: 'town', kind: 'general', parent_code: null, area_m2: 1, valid_from: '', valid_to: null, attributes: {},
})

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('area search', () => {
  it('asks once, after a pause in typing', async () => {
    const find = vi.fn<Find>(async () => [area('1'), area('2')])
    const search = createAreaSearch(find)
    search.type('大')
    search.type('大兴')
    expect(search.phase).toBe('busy')
    await vi.runAllTimersAsync()
    expect(find).toHaveBeenCalledTimes(1)
    expect(find.mock.calls[0]?.[0]).toBe('大兴')
    expect(search).toMatchObject({ phase: 'done', active: 0 })
  })

  it('drops an answer that comes after newer typing', async () => {
    const answers: Record<string, (found: AreaProperties[]) => void> = {}
    const search = createAreaSearch<AreaProperties>((q) => new Promise((resolve) => (answers[q] = resolve)))
    search.type('a')
    await vi.runAllTimersAsync()
    search.type('ab')
    await vi.runAllTimersAsync()
    answers.ab?.([area('2')])
    answers.a?.([area('1')])
    await vi.runAllTimersAsync()
    expect(search.results.map(({ code }) => code)).toEqual(['2'])
  })

  it('goes round the list with the arrow keys', async () => {
    const search = createAreaSearch(async () => [area('1'), area('2'), area('3')])
    search.type('x')
    await vi.runAllTimersAsync()
    search.move(-1)
    expect(search.chosen()?.code).toBe('3')
    search.move(1)
    expect(search.chosen()?.code).toBe('1')
  })

  it('says that it failed, and forgets it when cleared', async () => {
    const search = createAreaSearch(() => Promise.reject(new Error('down')))
    search.type('x')
    await vi.runAllTimersAsync()
    expect(search.phase).toBe('failed')
    search.clear()
    expect(search).toMatchObject({ phase: 'idle', query: '', active: -1 })
    expect(search.chosen()).toBeNull()
  })
})
