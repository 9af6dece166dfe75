/** Prove that the list's file is asked for with just what the list shows. */
import { describe, expect, it } from 'vitest'
import { everything } from '@/wall/filters'
import { listAt } from '@/wall/listFile'

const NOW = Date.parse('2026-11-23T12:00:00Z')
const asked = (given: Partial<Parameters<typeof listAt>[0]>): Record<string, string> => {
  const path = listAt({ filters: everything(), box: null, now: NOW, past: null, ...given })
  expect(path).toMatch(/^\/api\/v1\/incidents\/\?/)
  return Object.fromEntries(new URLSearchParams(path.split('?')[1]))
}

describe('the file of the list', () => {
  it('has all open ones where nothing narrows the list', () => {
    expect(asked({})).toEqual({ open: 'true' })
  })

  it('follows the extent and the filters', () => {
    const filters = { hours: '6', item: '26', state: 'reported', light: 'red', source: 'hotline' }
    expect(asked({ filters, box: [114.2, 34.7, 114.4, 34.9] })).toEqual({
      open: 'true', bbox: '114.20000000,34.70000000,114.40000000,34.90000000', since: '2026-11-23T06:00:00.000Z',
      item: '26', state: 'reported', light: 'red', source: 'hotline',
    })
  })

  it('is of the moment that is replayed, from which hours count back', () => {
    const past = { moment: Date.parse('2026-11-20T00:30:15Z'), area: '' }
    expect(asked({ filters: { ...everything(), hours: '1' }, past })).toEqual({ at: '2026-11-20T00:30:15.000Z', since: '2026-11-19T23:30:15.000Z' })
    expect(asked({ past: { ...past, area: '410202001' } })).toEqual({ at: '2026-11-20T00:30:15.000Z', area: '410202001' })
  })
})
