import { describe, expect, it } from 'vitest'
import { figuresOf, listsOf, placesOf } from '@/pages/editor/panels/uploadReport'

const place = { type: 'Point', coordinates: [114.3, 34.8] }
const report = {
  rows: 12,
  crs: 'EPSG:4490',
  empty: '',
  problems: [{ row: 3, kind: 'code', message: 'Row 3 has no code.' }, 'free words'],
  changes: { type: 'FeatureCollection', features: [{ type: 'Feature', geometry: place, properties: { m2: 4.5, row: 2 } }] },
  nothing: [],
}

describe('the report of an upload', () => {
  it('shows its figures and words in its own order', () => {
    expect(figuresOf(report)).toEqual([['rows', '12'], ['crs', 'EPSG:4490']])
  })

  it('shows lists and collections, each row by its message or by its facts', () => {
    const lists = listsOf(report)
    expect(lists.map(({ key }) => key)).toEqual(['problems', 'changes'])
    expect(lists[0]!.rows.map(({ text }) => text)).toEqual(['Row 3 has no code.', 'free words'])
    expect(lists[1]!.rows).toEqual([{ text: null, facts: [['m2', '4.5'], ['row', '2']], place }])
  })

  it('counts what there is, and puts lists within lists together', () => {
    const villages = [{ code: 'a', repaired: [{ kind: 'gap' }] }, { code: 'b', repaired: [{ kind: 'overlap' }] }]
    expect(figuresOf({ counts: { imported: 3, dropped: 0 } })).toEqual([['imported', '3']])
    expect(listsOf({ villages }).map(({ key, rows }) => [key, rows.length])).toEqual([['villages', 2], ['repaired', 2]])
  })

  it('finds every place for the map', () => {
    expect(placesOf(report).map(({ geometry }) => geometry)).toEqual([place])
  })
})
