/** What the plan store holds: the reactive state that map, lists and panels read. Written only by store.ts. */
import { reactive, shallowReactive } from 'vue'
import type { FeatureCollection, Geometry } from 'geojson'
import type { Write } from './outbox'
import type { SaveState } from './sending'
import type { Band, Boundary, Defect, Grid, Plan, Session } from './types'

export type Phase = 'loading' | 'signedOut' | 'ready' | 'missing' | 'failed'
export type Compare = 'none' | 'overlay' | 'swipe'

/** Something to say to the person, with the place it is about. `others`: somebody else's work came in. */
export interface Notice {
  id: number
  tone: 'info' | 'refused' | 'others'
  text: string
  codes: string[]
  place: Geometry | null
}

/** A drawing that a panel lays over the map: a preview, a difference, an import's findings. */
export interface Overlay {
  data: FeatureCollection
  look: 'preview' | 'hatched' | 'removed' | 'pins'
}

export interface State {
  phase: Phase
  session: Session | null
  plan: Plan | null
  revision: number
  editable: boolean
  band: Band
  /** By code, ordered by code. A grid that changes is replaced by a new object. */
  grids: Map<string, Grid>
  villages: Map<string, Boundary>
  selection: string[]
  hovered: string | null
  defects: Defect[]
  /** Index in `defects` of the one that is looked at. */
  defect: number | null
  overlays: Map<string, Overlay>
  compare: Compare
  save: SaveState
  pending: Write[]
  canUndo: boolean
  canRedo: boolean
  notices: Notice[]
  /** The next click on the map is a panel's, not a tool's. */
  picking: boolean
}

export type Target = { codes: string[] } | { place: Geometry }

export interface Listener {
  /** Grids came, changed (by code) or went. `whole`: everything is new. */
  gridsChanged?(changed: Grid[], removed: string[], whole: boolean): void
  /** The map is asked to show these grids or this place. */
  show?(target: Target): void
}

export function emptyState(): State {
  return reactive({
    phase: 'loading',
    session: null,
    plan: null,
    revision: 0,
    editable: false,
    band: { least: 300, most: 500 },
    grids: shallowReactive(new Map<string, Grid>()),
    villages: shallowReactive(new Map<string, Boundary>()),
    selection: [],
    hovered: null,
    defects: shallowReactive([] as Defect[]),
    defect: null,
    overlays: shallowReactive(new Map<string, Overlay>()),
    compare: 'none',
    save: 'saved',
    pending: [],
    canUndo: false,
    canRedo: false,
    notices: [],
    picking: false,
  }) as State
}
