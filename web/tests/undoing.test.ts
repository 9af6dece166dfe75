import { describe, expect, it } from 'vitest'
import { stepsTo } from '@/pages/editor/panels/undoing'
import type { LogEntry } from '@/pages/editor/panels/panelsApi'

function command(number: number, more: Partial<LogEntry> = {}): LogEntry {
  const plain = { id: number, at: '2026-01-01T00:00:00Z', user: 'a', revision: number, kind: 'split', codes: [], text: '' }
  return { ...plain, action: 'command', command: number, undone: false, discarded: false, ...more }
}

describe('the way to a point of the log', () => {
  it('is as many undos as commands hold after it', () => {
    const log = [command(1), command(2), command(3)]
    expect(log.map((entry) => stepsTo(log, entry))).toEqual([-2, -1, 0])
  })

  it('is as many redos as it takes to bring it back', () => {
    const log = [command(1), command(2, { undone: true }), command(3, { undone: true })]
    expect(log.map((entry) => stepsTo(log, entry))).toEqual([0, 1, 2])
  })

  it('does not lead to what was undone and then replaced', () => {
    const log = [command(1), command(2, { undone: true, discarded: true }), command(3, { undone: true })]
    expect(log.map((entry) => stepsTo(log, entry))).toEqual([0, 0, 1])
  })

  it('leads nowhere from an entry that is no command', () => {
    const created = command(0, { action: 'created', command: null })
    expect(stepsTo([created, command(1)], created)).toBe(0)
  })
})
