/** Prove for which incidents the wall calls out. */
import { beforeEach, describe, expect, it } from 'vitest'
import { calls, loadAlarm, saveAlarm } from '@/wall/alarm'
import type { Told } from '@/wall/incidents'

const told = (more: Partial<Told> = {}): Told => ({
  number: '1', item: '26', item_name: '暴露垃圾', state: 'reported', light: 'green', urgency: 'normal', source: 'hotline', is_open: true,
  lon: 114, lat: 34, area_code: null, reported_at: '2026-11-28T12:00:00Z', change: 'reported', ...more,
})

describe('the alarm', () => {
  beforeEach(() => localStorage.clear())

  it('is off until it is chosen, for each user', () => {
    expect(loadAlarm('dispatcher')).toBe('off')
    saveAlarm('dispatcher', 'red')
    expect([loadAlarm('dispatcher'), loadAlarm('viewer')]).toEqual(['red', 'off'])
    localStorage.setItem('wangge.alarm.dispatcher', 'louder')
    expect(loadAlarm('dispatcher')).toBe('off')
  })

  it('calls when something becomes what is chosen, and once', () => {
    expect(calls('off', told(), undefined)).toBe(false)
    expect(calls('all', told(), undefined)).toBe(true)
    expect(calls('all', told({ change: 'changed' }), told())).toBe(false)
    expect(calls('red', told({ light: 'red', change: 'changed' }), told())).toBe(true)
    expect(calls('red', told({ light: 'red', change: 'changed' }), told({ light: 'red' }))).toBe(false)
    expect(calls('urgent', told({ urgency: 'emergency' }), undefined)).toBe(true)
    expect(calls('urgent', told(), undefined)).toBe(false)
    expect(calls('red', told({ light: 'red', is_open: false }), told())).toBe(false)
  })
})
