/** What the plans' REST API answers, as the editor uses it. Coordinates are [lon, lat] in EPSG:4490, as stored. */
import type { Feature, FeatureCollection, Geometry, MultiPolygon, Position } from 'geojson'
import type { Kind } from '@/api/types'

export type PlanState = 'draft' | 'submitted' | 'approved' | 'returned' | 'withdrawn' | 'published'
export type Load = 'under' | 'within' | 'over'

export interface Plan {
  id: number
  name: string
  scope_code: string
  state: PlanState
  origin: string
  revision: number
  base_at: string
  publish_at: string | null
  created_by: string | null
  created_at: string
  changed_at: string
  submitted_by: string | null
  approved_by: string | null
  editable: boolean
  grid_count: number
  can_undo: boolean
  can_redo: boolean
}

export interface GridProperties {
  id: number
  code: string
  name: string
  kind: Kind
  parent_code: string
  area_m2: number
  households: number | null
  residents: number | null
  buildings: number | null
  load: Load | null
  attributes: Record<string, unknown>
}

export type Grid = Feature<MultiPolygon, GridProperties>
export type GridPage = FeatureCollection<MultiPolygon, GridProperties> & {
  revision: number
  band: Band
  removed?: string[]
}

/** How many households a grid should have. */
export interface Band {
  least: number
  most: number
}

export interface BoundaryProperties {
  code: string
  tier: string
  name: string
}
export type Boundary = Feature<MultiPolygon, BoundaryProperties>

export interface DefectProperties {
  id?: string
  rule?: string
  kind: string
  severity?: 'error' | 'warning'
  codes: string[]
  village: string
  m2: number
  size?: string
  sentence: string
  repair?: { title: string; safe: boolean } | null
}
export type Defect = Feature<Geometry, DefectProperties>

export interface Session {
  signed_in: boolean
  username: string
  /** What people call them; the username where nothing else is known. */
  name?: string
  superuser: boolean
  memberships: { role: string; code_prefix: string }[]
  /** What they may do in the areas of their roles, in the words of gis_core/access.py. */
  may: string[]
  csrf: string
  /** Where signing in at the organisation's provider begins, if there is one. */
  oidc?: string | null
}

/** The kinds of `POST commands/`, and the two that are addresses of their own. */
export type CommandKind =
  | 'split'
  | 'merge'
  | 'reshape'
  | 'transfer'
  | 'create'
  | 'absorb'
  | 'renumber'
  | 'rename'
  | 'set_kind'
export type WriteKind = CommandKind | 'undo' | 'redo'

export interface CommandArguments {
  split: { code: string; line: Line; keep?: string; names?: string[] }
  merge: { codes: string[]; keep?: string; name?: string }
  reshape: { moves: Move[] } | { code: string; line: Line }
  transfer: { from: string; to: string; polygon: Ring }
  create: { polygon: Ring; name?: string; grid_kind?: Kind }
  absorb: { code: string; into?: string }
  renumber: { code: string; to?: string }
  rename: { code: string; name: string }
  set_kind: { code: string; grid_kind: Kind }
}

export interface Move {
  from: Position
  to: Position | null
}
export interface Line {
  type: 'LineString'
  coordinates: Position[]
}
export interface Ring {
  type: 'Polygon'
  coordinates: Position[][]
}

export interface CommandAnswer {
  revision: number
  number: number
  kind: string
  codes: string[]
  changed: FeatureCollection<MultiPolygon, GridProperties>
  removed: string[]
  defects: FeatureCollection<Geometry, DefectProperties>
  can_undo: boolean
  can_redo: boolean
}

/** `details` of a 409 `stale_revision`. */
export interface StaleDetails {
  revision: number
  changed: FeatureCollection<MultiPolygon, GridProperties>
  removed: string[]
  log: { user: string | null; text: string }[]
}
