import { afterEach, describe, expect, it, vi } from 'vitest'
import { DefectsWatch } from '@/editor/defectsWatch'
import type { State } from '@/editor/state'

const defect = (id: string, severity: string) => ({ type: 'Feature', id, properties: { id, severity, village: '1' } })
const kinds = (state: State): (string | undefined)[] => state.defects.map(({ properties }) => properties.id)

afterEach(() => vi.unstubAllGlobals())

describe('the list of defects', () => {
  it('shows errors before the slower warnings are known, and keeps the old warnings until then', async () => {
    const state = { defects: [defect('old error', 'error'), defect('old warning', 'warning')], defect: null } as unknown as State
    const seen: (string | undefined)[][] = []
    const asked: string[] = []
    vi.stubGlobal('fetch', (address: string) => {
      const severity = new URL(address, 'http://here').searchParams.get('severity')!
      asked.push(severity)
      seen.push(kinds(state))
      const body = { features: [defect(`new ${severity}`, severity)], revision: 1 }
      return Promise.resolve(new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } }))
    })
    await new DefectsWatch(1, state).reload()
    expect(asked).toEqual(['error', 'warning'])
    expect(seen).toEqual([
      ['old error', 'old warning'],
      ['new error', 'old warning'],
    ])
    expect(kinds(state)).toEqual(['new error', 'new warning'])
  })
})
