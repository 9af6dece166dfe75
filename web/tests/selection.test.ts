/** Prove that the card belongs to the area chosen last, and that its outline spares the area's holes. */
import { describe, expect, it } from 'vitest'
import { ApiError } from '@/api/client'
import type { AreaDetail } from '@/api/types'
import { selectionShape } from '@/map/selectionShape'
import { createSelection } from '@/state/selection'

const ring = (from: number, to: number): number[][] => [[from, from], [to, from], [to, to], [from, to], [from, from]]
const area = (code: string): AreaDetail =>
  ({
    type: 'Feature', id: code, geometry: { type: 'MultiPolygon', coordinates: [[ring(0, 9), ring(3, 6)]] },
    properties: { code, name: code, centre: [1, 1] },
  }) as unknown as AreaDetail

describe('selection', () => {
  it('ignores an answer to an earlier choice', async () => {
    const answers: Record<string, (found: AreaDetail) => void> = {}
    const selection = createSelection((code) => new Promise((resolve) => (answers[code] = resolve)))
    const [first, second] = [selection.select('a'), selection.select('b')]
    answers.b?.(area('b'))
    answers.a?.(area('a'))
    expect(await first).toBeNull()
    expect((await second)?.id).toBe('b')
    expect(selection).toMatchObject({ code: 'b', phase: 'ready' })
  })

  it('tells an area that does not exist from a server that does not answer', async () => {
    const missing = createSelection(() => Promise.reject(new ApiError('none', 404)))
    const silent = createSelection(() => Promise.reject(new ApiError('', 0)))
    await Promise.all([missing.select('a'), silent.select('a')])
    expect([missing.phase, silent.phase]).toEqual(['missing', 'failed'])
  })
})

describe('the outline of a selection', () => {
  it('shades the world around the area and what lies in its holes', () => {
    const parts = selectionShape(area('a')).features.map(({ properties }) => properties?.part)
    expect(parts).toEqual(['area', 'label', 'outside', 'outside'])
  })

  it('is nothing when nothing is selected', () => {
    expect(selectionShape(null).features).toEqual([])
  })
})
