/** Prove that snapping hits stored coordinates bit for bit, in the right order, and that traces follow streets. */
import type { Position } from 'geojson'
import { describe, expect, it } from 'vitest'
import { canonical, lineLength, planeAt } from '@/editor/geometry/plane'
import { LineIndex } from '@/editor/snapping/LineIndex'
import { Network } from '@/editor/snapping/Network'
import { footOn } from '@/editor/snapping/segments'
import { Snapper } from '@/editor/snapping/Snapper'

/** A place some hundred metres from the corner of the test ground: x and y in about 100 m. */
const at = (x: number, y: number): Position => [canonical(114.3 + x * 0.0011), canonical(34.8 + y * 0.0009)]

function ground(): { borders: LineIndex; streets: LineIndex; villages: LineIndex; snapper: Snapper } {
  const [borders, streets, villages] = [new LineIndex(), new LineIndex(), new LineIndex()]
  borders.add('001', 'border', '', [[at(0, 0), at(2, 0), at(2, 2), at(0, 2), at(0, 0)]])
  borders.add('002', 'border', '', [[at(2, 0), at(4, 0), at(4, 2), at(2, 2), at(2, 0)]])
  villages.add('v', 'village', '', [[at(0, 0), at(2, 0), at(4, 0), at(4, 2), at(2, 2), at(0, 2), at(0, 0)]])
  streets.add('r1', 'street', '中山路', [[at(-1, 1), at(5, 1)]])
  streets.add('r2', 'street', '书店街', [[at(1, -1), at(1, 3)]])
  return { borders, streets, villages, snapper: new Snapper(borders, streets, villages) }
}

describe('snapping', () => {
  const { snapper, borders } = ground()
  const near = (x: number, y: number): Position => at(x + 0.02, y + 0.02)

  it.each([
    ['a corner', near(2, 2), 'fixed', at(2, 2)],
    ['a crossing of streets', near(1, 1), 'crossing', at(1, 1)],
    ['where a street meets a border', near(2, 1), 'meeting', at(2, 1)],
  ])('takes %s, bit for bit', (_, pointer, kind, place) => {
    expect(snapper.snap(pointer, 10)).toMatchObject({ kind, place })
  })

  it('takes a street by its name, and rounds the place on it to what is stored', () => {
    const snap = snapper.snap(at(1.5, 1.03), 10)!
    expect([snap.kind, snap.name]).toEqual(['street', '中山路'])
    expect(snap.place).toEqual(snap.place.map((v) => Math.round(v * 1e8) / 1e8))
  })

  it('takes nothing beyond the tolerance, and only what was asked for', () => {
    expect(snapper.snap(at(1.5, 1.5), 10)).toBeNull()
    expect(snapper.snap(near(1, 1), 10, { only: new Set(['border']) })).toBeNull()
  })

  it('leaves out what is being moved', () => {
    expect(snapper.snap(near(2, 2), 10, { skip: () => true })).toBeNull()
  })

  it('knows what lies on a village border', () => {
    expect([snapper.isFixed(at(3, 0)), snapper.isFixed(at(2, 1))]).toEqual([true, false])
  })

  it('forgets a grid that is gone', () => {
    const before = borders.in([114.29, 34.79, 114.31, 34.81]).length
    borders.add('003', 'border', '', [[at(0, 0), at(9, 7)]])
    borders.remove('003')
    expect(borders.in([114.29, 34.79, 114.31, 34.81])).toHaveLength(before)
  })
})

describe('a trace', () => {
  const segments = (lines: [string, Position[]][]): Network => {
    const index = new LineIndex()
    for (const [name, line] of lines) index.add(name, 'street', name, [line])
    return new Network(index.in([114.29, 34.79, 114.32, 34.82]))
  }

  it('turns where streets cross, also where they have no common vertex', () => {
    const network = segments([['east', [at(-1, 1), at(5, 1)]], ['north', [at(1, -1), at(1, 3)]]])
    expect(network.way(at(0, 1), at(1, 2))).toEqual([at(0, 1), at(1, 1), at(1, 2)])
  })

  it('takes the shorter of two ways and keeps every stored vertex on it', () => {
    const round: Position[] = [at(0, 0), at(0, 3), at(4, 3), at(4, 0)]
    const bend: Position[] = [at(0, 0), at(2, 0.4), at(4, 0)]
    const network = segments([['long', round], ['short', bend]])
    expect(network.way(at(0, 0.5), at(4, 0.5))).toEqual([at(0, 0.5), ...bend, at(4, 0.5)])
  })

  it('is none where no street leads', () => {
    const network = segments([['a', [at(0, 0), at(1, 0)]], ['b', [at(0, 2), at(1, 2)]]])
    expect(network.way(at(0.5, 0), at(0.5, 2))).toBeNull()
    expect(network.way(at(0.5, 0), at(0.5, 1))).toBeNull()
  })

  it('goes on straight past a junction until it is outside', () => {
    const network = segments([['east', [at(-1, 1), at(2, 1), at(3, 1.05), at(9, 1)]], ['north', [at(2, -1), at(2, 3)]]])
    const inside = ([lon]: Position): boolean => lon! < at(5, 0)[0]!
    expect(network.follow(at(0, 1), at(1, 1), inside)).toEqual([at(2, 1), at(3, 1.05), at(9, 1)])
  })

  it('is as short as the best of many ways over a grid of streets', () => {
    const lines: [string, Position[]][] = []
    for (let i = 0; i <= 10; i += 1) {
      lines.push([`x${i}`, [at(i, 0), at(i, 10)]], [`y${i}`, [at(0, i), at(10, i)]])
    }
    const way = segments(lines).way(at(0, 0.5), at(10, 9.5))!
    const plane = planeAt(34.8)
    const blocks = lineLength([at(0, 0.5), at(0, 9.5)], plane) + lineLength([at(0, 0), at(10, 0)], plane)
    expect(lineLength(way, plane)).toBeCloseTo(blocks, 0)
  })
})

it('the foot of an end is the stored end', () => {
  const [a, b] = [at(0.123, 0), at(1, 1)]
  expect(footOn(a, b, at(-1, -1), planeAt(34.8)).place).toBe(a)
})
