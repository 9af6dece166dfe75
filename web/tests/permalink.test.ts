/** Prove that an address reproduces a view, and that a broken one does no harm. */
import { describe, expect, it } from 'vitest'
import { readView, writeView, type View } from '@/state/permalink'

const view: View = { center: [114.35, 34.8], zoom: 13.25, code: '410202003', theme: 'light', lang: 'en', off: ['roads', 'water'], show: 'light:red,source:hotline' }

describe('permalink', () => {
  it('reads back what it wrote', () => {
    expect(readView(writeView(view))).toEqual(view)
  })

  it('writes the same address for the same view, whatever the order of the hidden layers', () => {
    expect(writeView({ ...view, off: ['water', 'roads'] })).toBe(writeView(view))
  })

  it('leaves out what is not set', () => {
    expect(writeView({ center: null, zoom: null, code: null, theme: 'dark', lang: 'zh', off: [] })).toBe('?theme=dark&lang=zh')
  })

  it.each(['?at=1', '?at=x,y', '?at=999,0', '?at=1,2,3', '?at=114,95'])('takes no position from %s', (query) => {
    expect(readView(query).center).toBeNull()
  })

  it.each(['?z=abc', '?z=-1', '?z=99', '?z='])('takes no zoom from %s', (query) => {
    expect(readView(query).zoom).toBeNull()
  })

  it('refuses codes, themes, languages and layers that cannot be', () => {
    const read = readView('?code=<script>&theme=pink&lang=fr&off=ok,%3Cb%3E')
    expect(read).toMatchObject({ code: null, theme: null, lang: null, off: ['ok'] })
  })
})
