/** Prove that the wall holds each open incident once, whatever comes first: the list or what is told of it. */
import { describe, expect, it } from 'vitest'
import { createIncidents, HELD, incidentShape, within, type Incident, type Page, type Told } from '@/wall/incidents'

const incident = (number: string, more: Partial<Incident> = {}): Incident => ({
  number, item: '26', item_name: '垃圾', state: 'reported', light: 'green', urgency: 'normal', source: 'worker', is_open: true,
  lon: 114.3, lat: 34.8, area_code: '410202001001001', reported_at: '2026-11-23T02:00:00Z', ...more,
})
const told = (number: string, more: Partial<Told> = {}): Told => ({ ...incident(number), change: 'reported', ...more })
const page = (some: Incident[], next: string | null = null): Page => ({
  type: 'FeatureCollection', next,
  features: some.map((properties) => ({ type: 'Feature', geometry: { type: 'Point', coordinates: [properties.lon, properties.lat] }, properties })),
})

describe('the incidents of the wall', () => {
  it('are read page by page, the newest first', async () => {
    const pages = [page([incident('2', { reported_at: '2026-11-23T03:00:00Z' })], '/next'), page([incident('1')])]
    const asked: string[] = []
    const held = createIncidents((path) => (asked.push(path), Promise.resolve(pages[asked.length - 1]!)))
    await held.load()
    expect(asked[1]).toBe('/next')
    expect(held.newestFirst.value.map((one) => one.number)).toEqual(['2', '1'])
    expect([held.phase.value, held.cut.value]).toEqual(['ready', false])
  })

  it('take in what is told while the list is on its way, and what was closed meanwhile', async () => {
    let answer: (page: Page) => void = () => undefined
    const held = createIncidents(() => new Promise((done) => (answer = done)))
    const loading = held.load()
    expect(held.hear(told('new'))).toBe(true)
    held.hear(told('gone', { is_open: false, change: 'changed' }))
    answer(page([incident('old'), incident('gone')]))
    await loading
    expect([...held.all.value.keys()].sort()).toEqual(['new', 'old'])
  })

  it('are new once', async () => {
    const held = createIncidents(() => Promise.resolve(page([])))
    await held.load()
    expect(held.hear(told('1'))).toBe(true)
    expect(held.hear(told('1'))).toBe(false)
    expect(held.hear(told('2', { change: 'changed' }))).toBe(false)
    expect(held.newestFirst.value).toHaveLength(2)
  })

  it('keep the address that the list gave when an event tells less', async () => {
    const held = createIncidents(() => Promise.resolve(page([incident('1', { address_text: '大梁路' })])))
    await held.load()
    held.hear(told('1', { light: 'red', change: 'changed' }))
    expect(held.all.value.get('1')).toMatchObject({ light: 'red', address_text: '大梁路' })
  })

  it('are never more than a wall can hold; the oldest go', async () => {
    const held = createIncidents(() => Promise.resolve(page([incident('oldest', { reported_at: '2020-01-01T00:00:00Z' })])))
    await held.load()
    for (let at = 0; at < HELD; at++) held.hear(told(`n${at}`))
    expect(held.all.value.size).toBe(HELD)
    expect(held.all.value.has('oldest')).toBe(false)
  })

  it('say so when they cannot be read, and keep what was there', async () => {
    let works = true
    const held = createIncidents(() => (works ? Promise.resolve(page([incident('1')])) : Promise.reject(new Error('away'))))
    await held.load()
    works = false
    await held.load()
    expect([held.phase.value, held.all.value.size]).toEqual(['failed', 1])
  })

  it('become points with their light, and lie within a box or not', () => {
    expect(incidentShape([incident('1', { light: 'red' })]).features[0]).toMatchObject({
      geometry: { coordinates: [114.3, 34.8] }, properties: { number: '1', light: 'red' },
    })
    expect(within(incident('1'), [114.2, 34.7, 114.4, 34.9])).toBe(true)
    expect(within(incident('1'), [114.31, 34.7, 114.4, 34.9])).toBe(false)
  })
})
