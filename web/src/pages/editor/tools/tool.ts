/** What a tool is: it hears the pointer and a few keys, says the next step in words, and gives commands. */
import type { Position } from 'geojson'
import type { Snap, SnapKind } from '@/editor/snapping/Snapper'
import type { Segment } from '@/editor/snapping/LineIndex'
import type { MessageKey } from '@/i18n'
import type { Pointer } from '../map/EditorMap'

/** The pointer with what it means: `at` is the place snapped to, or the pointer's own. */
export interface Aim extends Pointer {
  at: Position
  snap: Snap | null
}

export interface Hint {
  key: MessageKey
  params?: Record<string, string | number>
  /** Something is in the way: said in the colour of a warning, with its sign. */
  warn?: boolean
}

export interface Tool {
  readonly key: ToolKey
  readonly cursor: string
  /** What the tool snaps to; null for nothing. */
  readonly snaps: ReadonlySet<SnapKind> | null
  skip?(segment: Segment): boolean
  hint(): Hint
  moved?(aim: Aim): void
  clicked?(aim: Aim): void
  doubled?(aim: Aim): void
  /** Whether a drag begins. */
  pressed?(aim: Aim): boolean
  dragged?(aim: Aim): void
  released?(aim: Aim): void
  enter?(): void
  /** Whether there was something to cancel. */
  escape?(): boolean
  back?(): void
  remove?(): void
  /** The tool is put away. */
  stop?(): void
}

export type ToolKey = 'select' | 'split' | 'traceSplit' | 'reshape' | 'redraw' | 'transfer' | 'create' | 'merge' | 'absorb'
export type ActionKey = 'rename' | 'renumber' | 'setKind'

export const EVERYTHING: ReadonlySet<SnapKind> = new Set(['vertex', 'fixed', 'crossing', 'meeting', 'border', 'street', 'shore'])
export const BORDERS: ReadonlySet<SnapKind> = new Set(['vertex', 'fixed', 'border'])
