/**
 * What the editor's page hangs in beside the map. A panel is a tab on the right; an action sits in the bar at the
 * top (a button that opens its own dialog). Each is a component without props that takes the plan from `usePlan()`.
 */
import type { Component } from 'vue'
import type { IconName } from '@/components/icons'
import type { State } from '@/editor/state'
import type { MessageKey } from '@/i18n'

export interface Panel {
  key: string
  title: MessageKey
  icon: IconName
  component: Component
  /** A number beside the title; null for none. */
  badge?: (state: State) => number | null
}

export const PANELS: readonly Panel[] = []

export const ACTIONS: readonly Component[] = []
