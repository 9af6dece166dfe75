/**
 * What the editor's page hangs in beside the map. A panel is a tab on the right; an action sits in the bar at the
 * top (a button that opens its own dialog). Each is a component without props that takes the plan from `usePlan()`.
 */
import type { Component } from 'vue'
import type { IconName } from '@/components/icons'
import type { State } from '@/editor/state'
import type { MessageKey } from '@/i18n'
import '@/theme/forms.css'
import CommentsPanel from './CommentsPanel.vue'
import ComparePanel from './ComparePanel.vue'
import DefectsPanel from './DefectsPanel.vue'
import FilesPanel from './FilesPanel.vue'
import HistoryPanel from './HistoryPanel.vue'
import LifecycleBar from './LifecycleBar.vue'

export interface Panel {
  key: string
  title: MessageKey
  icon: IconName
  component: Component
  /** A number beside the title; null for none. */
  badge?: (state: State) => number | null
}

const errors = ({ defects }: State): number | null =>
  defects.filter(({ properties }) => properties.severity !== 'warning').length || null

export const PANELS: readonly Panel[] = [
  { key: 'defects', title: 'defects.tab', icon: 'warning', component: DefectsPanel, badge: errors },
  { key: 'diff', title: 'diff.tab', icon: 'compare', component: ComparePanel },
  { key: 'history', title: 'history.tab', icon: 'clock', component: HistoryPanel },
  { key: 'comments', title: 'comments.tab', icon: 'comment', component: CommentsPanel },
  { key: 'files', title: 'files.tab', icon: 'file', component: FilesPanel },
]

export const ACTIONS: readonly Component[] = [LifecycleBar]
