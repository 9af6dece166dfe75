/** Prove that the wall shows what the filters say, and that the address reproduces them. */
import { describe, expect, it } from 'vitest'
import { everything, inUse, passes, readFilters, writeFilters, type Filters } from '@/wall/filters'
import type { Incident } from '@/wall/incidents'
import { readView, writeView } from '@/state/permalink'

const NOW = Date.parse('2026-11-23T12:00:00Z')
const incident: Incident = {
  number: '1', item: '26', item_name: '垃圾', state: 'reported', light: 'red', urgency: 'normal', source: 'hotline', is_open: true,
  lon: 114.3, lat: 34.8, area_code: null, reported_at: '2026-11-23T07:00:00Z',
}
const only = (some: Partial<Filters>): Filters => ({ ...everything(), ...some })

describe('filters of the wall', () => {
  it('let everything pass at first', () => {
    expect(passes(everything(), incident, NOW)).toBe(true)
    expect(inUse(everything())).toBe(0)
    expect(writeFilters(everything())).toBe('')
  })

  it.each([
    [{ hours: '6' }, { hours: '1' }],
    [{ item: '26' }, { item: '2' }],
    [{ state: 'reported' }, { state: 'closed' }],
    [{ light: 'red' }, { light: 'green' }],
    [{ source: 'hotline' }, { source: 'sensor' }],
  ])('let an incident pass with %o and not with %o', (yes, no) => {
    expect(passes(only(yes), incident, NOW)).toBe(true)
    expect(passes(only(no), incident, NOW)).toBe(false)
    expect(passes(only({ ...yes, light: 'yellow' }), incident, NOW)).toBe(false)
  })

  it('are read back from the address', () => {
    const filters = only({ hours: '24', light: 'red', source: 'open311', item: '26' })
    const query = writeView({ center: null, zoom: null, code: null, theme: null, lang: null, off: [], show: writeFilters(filters) })
    expect(readFilters(readView(query).show ?? null)).toEqual(filters)
  })

  it.each(['light', 'light:', 'colour:red', 'hours:x', 'item:<script>', 'hours:-1,,:'])('are not taken from %s', (text) => {
    expect(readFilters(text)).toEqual(everything())
  })
})
