/** The palette at a glance: every tool and action with its icon and its key. */
import type { IconName } from '@/components/icons'
import type { Bench } from './Bench'
import { AbsorbTool, MergeTool } from './joining'
import { CreateTool, TransferTool } from './polygon'
import { RedrawTool } from './redraw'
import { ReshapeTool } from './reshape'
import { SelectTool } from './select'
import { SplitTool } from './split'
import type { ActionKey, Tool, ToolKey } from './tool'

export interface ToolEntry {
  key: ToolKey
  icon: IconName
  shortcut: string
  make: (bench: Bench) => Tool
}

export const TOOLS: readonly ToolEntry[] = [
  { key: 'select', icon: 'cursor', shortcut: 'V', make: (bench) => new SelectTool(bench) },
  { key: 'split', icon: 'split', shortcut: 'S', make: (bench) => new SplitTool(bench, 'split') },
  { key: 'traceSplit', icon: 'trace', shortcut: 'D', make: (bench) => new SplitTool(bench, 'traceSplit') },
  { key: 'reshape', icon: 'vertex', shortcut: 'M', make: (bench) => new ReshapeTool(bench) },
  { key: 'redraw', icon: 'redraw', shortcut: 'R', make: (bench) => new RedrawTool(bench) },
  { key: 'transfer', icon: 'transfer', shortcut: 'X', make: (bench) => new TransferTool(bench) },
  { key: 'create', icon: 'newGrid', shortcut: 'N', make: (bench) => new CreateTool(bench) },
  { key: 'merge', icon: 'merge', shortcut: 'G', make: (bench) => new MergeTool(bench) },
  { key: 'absorb', icon: 'absorb', shortcut: 'B', make: (bench) => new AbsorbTool(bench) },
]

export interface ActionEntry {
  key: ActionKey
  icon: IconName
  shortcut: string
}

export const ACTION_ENTRIES: readonly ActionEntry[] = [
  { key: 'rename', icon: 'rename', shortcut: 'F2' },
  { key: 'renumber', icon: 'number', shortcut: 'C' },
  { key: 'setKind', icon: 'kind', shortcut: 'K' },
]

export const TRACE_KEY = 'T'
