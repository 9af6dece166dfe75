/** Prove that scenes are kept and read back whole, and that what was kept wrongly does no harm. */
import { describe, expect, it, vi } from 'vitest'
import type { District } from '@/api/types'
import { clampSeconds, MOST, moved, readScenes, sceneQuery, SECONDS, usualScenes, type Scene } from '@/wall/scenes'
import { onTouch } from '@/pages/wall/useTouch'

const scene = (name: string): Scene => ({ name, query: '?z=12' })

describe('scenes', () => {
  it('are read back as they were kept', () => {
    const list = { scenes: [scene('a'), scene('b')], seconds: 30 }
    expect(readScenes(JSON.stringify(list))).toEqual(list)
  })

  it.each([null, '', 'x', '[]', '{"scenes": 3}', '{"scenes": [{"name": "a"}, {"name": "", "query": "?"}, {"name": "a", "query": "http://x"}, null]}'])(
    'are none where %s was kept', (text) => expect(readScenes(text)).toEqual({ scenes: [], seconds: SECONDS.usual }),
  )

  it('are not more than fit a list, and last as long as is sensible', () => {
    const many = Array.from({ length: MOST + 1 }, (_, n) => scene(String(n)))
    expect(readScenes(JSON.stringify({ scenes: many })).scenes).toHaveLength(MOST)
    expect([0, 1e9, NaN, 7.4].map(clampSeconds)).toEqual([SECONDS.least, SECONDS.most, SECONDS.usual, 7])
  })

  it('tell the place, the layers and the filters, not the theme, the language or a past moment', () => {
    expect(sceneQuery('?at=114.3,34.8&z=12&theme=dark&lang=zh&on=heat&show=light%3Ared&replay=2026-11-20T08:30')).toBe('?at=114.3%2C34.8&z=12&on=heat&show=light%3Ared')
  })

  it('are the district and its towns at first', () => {
    const district = { name: '龙亭区', name_en: 'Longting' } as District
    const towns = [{ code: '410202001', name: '北书店街道', tier: 'town', kind: 'general' }] as const
    expect(usualScenes(district, towns, false)).toEqual([{ name: '龙亭区', query: '?' }, { name: '北书店街道', query: '?code=410202001' }])
    expect(usualScenes(district, [], true)[0]!.name).toBe('Longting')
    expect(usualScenes(null, towns, false)).toEqual([])
  })

  it('change places, but not beyond the ends', () => {
    const names = (at: number, by: number): string => moved([scene('a'), scene('b'), scene('c')], at, by).map(({ name }) => name).join('')
    expect([names(0, 1), names(2, -1), names(0, -1), names(2, 1)]).toEqual(['bac', 'acb', 'abc', 'abc'])
  })
})

describe('a touch', () => {
  const move = (x: number): boolean => window.dispatchEvent(new PointerEvent('pointermove', { clientX: x, clientY: 0 }))

  it('is a key, a button or the wheel', () => {
    for (const event of [new KeyboardEvent('keydown', { key: 'x' }), new PointerEvent('pointerdown'), new WheelEvent('wheel')]) {
      const touched = vi.fn()
      const off = onTouch(touched)
      window.dispatchEvent(event)
      expect(touched).toHaveBeenCalledOnce()
      off()
      window.dispatchEvent(event)
      expect(touched).toHaveBeenCalledOnce()
    }
  })

  it('presses nothing: its click is heard by nobody else, the next one is', () => {
    const button = document.body.appendChild(document.createElement('button'))
    const clicked = vi.fn()
    button.addEventListener('click', clicked)
    const off = onTouch(() => off())
    button.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))
    button.click()
    expect(clicked).not.toHaveBeenCalled()
    button.click()
    expect(clicked).toHaveBeenCalledOnce()
    button.remove()
  })

  it('is a hand on the mouse, but no shaken desk, nor one that just lets go', () => {
    vi.useFakeTimers()
    const touched = vi.fn()
    const off = onTouch(touched)
    move(0)
    move(500)
    vi.advanceTimersByTime(2000)
    move(505)
    expect(touched).not.toHaveBeenCalled()
    move(540)
    expect(touched).toHaveBeenCalledOnce()
    off()
    vi.useRealTimers()
  })
})
