/** Prove that a recorded day shows at each moment what was open then, under which light, and what had just come. */
import { describe, expect, it } from 'vitest'
import { changesIn, figuresAt, openAt, record, reportedIn, reportsByHour, type Answer } from '@/wall/replay'
import { dayAfter, dayOf, readMoment, startOf, writeMoment } from '@/wall/localTime'
import { readView, writeView } from '@/state/permalink'

const MINUTE = 60_000
const day = '2026-11-20'
const since = startOf(day)
const at = (hour: number, minute = 0): number => since + (hour * 60 + minute) * MINUTE
const s = (ms: number): number => ms / 1000

const answer: Answer = {
  day,
  area: '',
  until: '2026-11-20T16:00:00Z',
  states: [{ state: 'reported', is_open: true }, { state: 'handling', is_open: true }, { state: 'closed', is_open: false }, { state: 'evaluated', is_open: false }],
  items: { 26: '垃圾' },
  incidents: [
    // Of the day before; reworked on this day after it had been closed.
    ['A', '26', 'worker', 'normal', 114.3, 34.8, '410202001', '', s(at(-5)), [[s(at(-5)), 0, s(at(7)), s(at(8))], [s(at(9)), 2, null, null], [s(at(9, 30)), 3, null, null], [s(at(10)), 1, null, null], [s(at(11)), 2, null, null]]],
    ['B', '26', 'hotline', 'urgent', 114.4, 34.9, '410202002', '大梁路', s(at(8, 30)), [[s(at(8, 30)), 0, s(at(20)), s(at(22))]]],
  ],
}
const told = record(answer)
const seen = (moment: number): string[] => openAt(told, moment).map(({ number, state, light }) => `${number} ${state} ${light}`)

describe('a recorded day', () => {
  it.each([
    [at(0), ['A reported green']],
    [at(7), ['A reported yellow']],
    [at(8), ['A reported yellow']],
    [at(8) + 1, ['A reported red']],
    [at(8, 30), ['B reported green', 'A reported red']],
    [at(9), ['B reported green']],
    [at(9, 45), ['B reported green']],
    [at(10), ['B reported green', 'A handling green']],
    [at(21), ['B reported yellow']],
  ])('shows at %d what was open, the latest first', (moment, expected) => expect(seen(moment)).toEqual(expected))

  it('knows between which moments nothing changes', () => {
    expect(changesIn(told, at(0), at(6, 59))).toBe(false)
    expect(changesIn(told, at(0), at(7))).toBe(true)
    expect(changesIn(told, at(7), at(7, 59))).toBe(false)
    expect(changesIn(told, at(22, 1), at(24))).toBe(false)
  })

  it('tells what was just reported', () => {
    expect(reportedIn(told, at(8), at(9))).toEqual(['B'])
    expect(reportedIn(told, at(8, 30), at(9))).toEqual([])
  })

  it('counts up to the moment, in the area', () => {
    expect(figuresAt(told, at(8, 15), '')).toEqual({ reported: 0, open: 1, late: 1, closed: 0 })
    expect(figuresAt(told, at(12), '')).toEqual({ reported: 1, open: 1, late: 0, closed: 1 })
    expect(figuresAt(told, at(12), '410202001')).toEqual({ reported: 0, open: 0, late: 0, closed: 1 })
  })

  it('has reports by hour, and none where the day has not come', () => {
    expect(reportsByHour(told, '')[8]).toBe(1)
    const morning = record({ ...answer, until: '2026-11-20T02:30:00Z' })
    expect(reportsByHour(morning, '').slice(9, 12)).toEqual([0, 0, null])
    expect(morning.until).toBe(at(10, 30))
  })
})

describe('the moment in the address', () => {
  it('is local time, and is read back', () => {
    expect(writeMoment(Date.parse('2026-11-20T00:30:00Z'))).toBe('2026-11-20T08:30')
    expect(readMoment('2026-11-20T08:30')).toBe(Date.parse('2026-11-20T00:30:00Z'))
    const view = { center: null, zoom: null, code: null, theme: null, lang: null, off: [], replay: '2026-11-20T08:30' }
    expect(readView(writeView(view)).replay).toBe('2026-11-20T08:30')
    expect(writeView({ ...view, replay: '' })).toBe('?')
  })

  it.each(['', '2026-11-20', '2026-11-31T08:30', '2026-11-20T25:00', 'x', null])('is not taken from %s', (text) => expect(readMoment(text)).toBeNull())

  it('knows the days about it', () => {
    expect(dayOf(Date.parse('2026-11-20T16:30:00Z'))).toBe('2026-11-21')
    expect(dayAfter('2026-11-30')).toBe('2026-12-01')
    expect(dayAfter('2026-11-20', -7)).toBe('2026-11-13')
  })
})
