/** Prove that figures are written as people read them, in both languages. */
import { afterEach, describe, expect, it } from 'vitest'
import { formatArea, formatDate, formatDistance, formatPosition, formatTime, formatWhen, groupCode } from '@/format/measures'
import { metresPerPixel, scaleBar } from '@/format/scaleBar'
import { language } from '@/i18n'

afterEach(() => {
  language.value = 'zh'
})

describe('areas', () => {
  it('are in square metres while small and in square kilometres from one on', () => {
    expect(formatArea(203_198.4, 'zh-CN')).toEqual({ value: '203,198', unit: '平方米' })
    expect(formatArea(1_000_000, 'zh-CN')).toEqual({ value: '1.00', unit: '平方公里' })
    expect(formatArea(556_800_000, 'zh-CN')).toEqual({ value: '557', unit: '平方公里' })
  })

  it('name the unit in the language of the page', () => {
    language.value = 'en'
    expect(formatArea(2_500_000, 'en')).toEqual({ value: '2.50', unit: 'km²' })
  })
})

describe('times', () => {
  const midnight = new Date('2025-12-31T16:00:00Z')

  it('are China time wherever the screen stands', () => {
    expect(formatDate(midnight, 'zh-CN')).toBe('2026年1月1日')
    expect(formatTime(midnight, 'zh-CN', true)).toBe('00:00:00')
  })
})

describe('codes', () => {
  it('are grouped as they are built up', () => {
    expect(groupCode('410202003001002')).toEqual(['410202', '003', '001', '002'])
    expect(groupCode('41020200300100217')).toEqual(['410202', '003', '001', '002', '17'])
    expect(groupCode('410202')).toEqual(['410202'])
  })
})

describe('the scale bar', () => {
  it('is the longest 1-2-5 distance that fits', () => {
    for (let zoom = 5; zoom <= 20; zoom += 0.37) {
      const { metres, pixels } = scaleBar(zoom, 34.8, 110)
      expect(pixels).toBeLessThanOrEqual(110)
      expect(pixels).toBeGreaterThan(110 / 2.5 - 1)
      expect([1, 2, 5]).toContain(Number(String(metres)[0]))
    }
  })

  it('knows the ground size of a pixel at the equator', () => {
    expect(metresPerPixel(0, 0)).toBeCloseTo(78271.5, 0)
  })

  it('says metres and kilometres', () => {
    expect(formatDistance(500)).toBe('500 米')
    expect(formatDistance(20_000)).toBe('20 公里')
  })
})

it('says the hemisphere of a position by letters', () => {
  expect(formatPosition([114.35, -34.8])).toBe('114.35000°E  34.80000°S')
})

describe('when something was', () => {
  const now = new Date('2026-11-24T02:00:00Z')

  it.each([
    ['zh-CN', '2026-11-23T17:30:00Z', '01:30'],
    ['zh-CN', '2026-11-23T15:30:00Z', '11月23日 23:30'],
    ['zh-CN', '2025-11-24T02:00:00Z', '2025年11月24日 10:00'],
    ['en', '2026-11-23T17:30:00Z', '01:30'],
    ['en', '2026-11-23T15:30:00Z', 'Nov 23 23:30'],
    ['en', '2025-11-24T02:00:00Z', 'Nov 24, 2025 10:00'],
  ])('is told in %s for %s as %s', (locale, at, said) => {
    expect(formatWhen(new Date(at), now, locale)).toBe(said)
  })
})
