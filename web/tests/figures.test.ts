/** Prove what the key figures and the curve are made of, in China's hours. */
import { describe, expect, it } from 'vitest'
import { hourOf, localDay, readDay, readRates, soFar } from '@/wall/figures'

const row = (key: string, reported: number, rates = {}) => ({ key, counts: { reported }, rates })
/** Half past one in the morning of 24 November in China. */
const NIGHT = new Date('2026-11-23T17:30:00Z')

describe('figures', () => {
  it('have their part, their whole, and the rate before', async () => {
    const answer = { rows: [row('', 9, { closing: { part: 3, whole: 4, rate: 0.75 } })], previous: [row('', 1, { closing: { part: 1, whole: 2, rate: 0.5 } })] }
    const asked: string[] = []
    const [closing, overdue] = await readRates('410202', (path) => (asked.push(path), Promise.resolve(answer)))
    expect(closing).toEqual({ key: 'closing', ratio: { part: 3, whole: 4, rate: 0.75 }, before: 0.5 })
    expect(overdue).toEqual({ key: 'overdue', ratio: null, before: null })
    expect(asked[0]).toContain('area=410202')
  })

  it('know the day and the hour in China, whatever the browser says', () => {
    expect([localDay(NIGHT), hourOf(NIGHT)]).toEqual(['2026-11-24', 1])
  })

  it('lay today beside the same day last week, up to now', async () => {
    const asked: string[] = []
    const day = await readDay('', NIGHT, (path) => {
      asked.push(path)
      const today = path.includes('since=2026-11-24')
      return Promise.resolve({ rows: today ? [row('2026-11-24T01', 5)] : [row('2026-11-17T00', 2), row('2026-11-17T09', 7)] })
    })
    expect(asked).toHaveLength(2)
    expect(asked[1]).toContain('since=2026-11-17&until=2026-11-17')
    expect(day.today).toEqual([0, 5, ...Array<null>(22).fill(null)])
    expect([day.lastWeek[0], day.lastWeek[9], day.lastWeek[23]]).toEqual([2, 7, 0])
    expect(soFar(day)).toEqual({ today: 5, lastWeek: 2 })
  })
})
