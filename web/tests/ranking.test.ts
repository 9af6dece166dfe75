/** Prove what the bars of areas and items are made of, and in which order they stand. */
import { describe, expect, it } from 'vitest'
import type { AreaRef } from '@/api/types'
import { areasAt, barsOf, readAreas, type Entry } from '@/wall/ranking'

const part = (code: string, name: string): AreaRef => ({ code, name, tier: 'village', kind: 'general' })
const entry = (key: string, reported: number, late = 0): Entry => ({
  key, title: key, counts: { reported }, rates: { overdue: { part: late, whole: reported, rate: reported ? late / reported : null } },
})
const PARTS = [part('410202003001', '东'), part('410202003002', '西')]

describe('bars', () => {
  it('name every part, also where nothing was reported, and what lies in none', async () => {
    const rows = [entry('', 1), entry('410202003002', 4)]
    const areas = await readAreas('410202003', PARTS, () => Promise.resolve({ rows }))
    expect(areas.map(({ title, counts }) => [title, counts.reported])).toEqual([['东', 0], ['西', 4], ['', 1]])
  })

  it('ask for the tier below, and for nothing where there is none', async () => {
    expect(areasAt('410202003', PARTS)).toContain('tier=village&area=410202003')
    expect(await readAreas('410202003001001', [], () => Promise.reject(new Error('asked')))).toEqual([])
  })

  it('put the longest first and what has no rate last, with part and whole', () => {
    const bars = barsOf([entry('a', 10, 1), entry('b', 0), entry('c', 4, 3)], 'overdue')
    expect(bars.map(({ key }) => key)).toEqual(['c', 'a', 'b'])
    expect(bars[0]).toMatchObject({ ratio: { part: 3, whole: 4 }, share: 0.75 })
    expect(bars[2]).toMatchObject({ value: null, share: 0 })
    expect(barsOf([entry('a', 10), entry('c', 4)], 'reported').map(({ share }) => share)).toEqual([1, 0.4])
  })
})
