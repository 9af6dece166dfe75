/** Addresses that the panels ask: repairs, log, comments, difference, upload, life. Every failure is an ApiError. */
import type { Feature, FeatureCollection, Geometry, MultiPolygon, Point } from 'geojson'
import { getJson, sendJson } from '@/api/client'
import { planPath } from '@/editor/api'
import type { CommandAnswer, GridProperties, Plan } from '@/editor/types'

// ---- defects ------------------------------------------------------------------------------------------------

export interface RepairPreview {
  changed: FeatureCollection<MultiPolygon, GridProperties>
  removed: string[]
  left: number
}

export type RepairAnswer = CommandAnswer & { repaired: number | string[]; left: number }

export const previewRepair = (plan: number, defect: string): Promise<RepairPreview> =>
  sendJson('POST', planPath(plan, `defects/${encodeURIComponent(defect)}/preview/`))

export const repair = (plan: number, body: { revision: number; defects?: string[]; safe?: true }): Promise<RepairAnswer> =>
  sendJson('POST', planPath(plan, 'repairs/'), body)

// ---- log ----------------------------------------------------------------------------------------------------

export interface LogEntry {
  id: number
  at: string
  user: string | null
  action: string
  revision: number
  command: number | null
  kind: string | null
  codes: string[]
  undone: boolean
  discarded?: boolean
  text: string
}

export async function getLog(plan: number): Promise<LogEntry[]> {
  return (await getJson<{ entries: LogEntry[] }>(planPath(plan, 'log/'))).entries
}

// ---- comments -----------------------------------------------------------------------------------------------

export interface Comment {
  id: number
  user: string | null
  at: string
  text: string
  place: Point | null
  grid_code: string
  resolved_by: string | null
  resolved_at: string | null
}

export const getComments = (plan: number): Promise<Comment[]> => getJson<Comment[]>(planPath(plan, 'comments/'))

export const addComment = (plan: number, body: { text: string; place?: Point; grid_code?: string }): Promise<Comment> =>
  sendJson('POST', planPath(plan, 'comments/'), body)

export const resolveComment = (plan: number, comment: number): Promise<unknown> =>
  sendJson('POST', planPath(plan, `comments/${comment}/resolve/`))

// ---- difference from the live coverage ----------------------------------------------------------------------

export interface DiffProperties {
  from_code: string | null
  to_code: string | null
  m2: number
  households: number
  residents: number
  buildings: number
  kind: 'moved' | 'new' | 'retired'
}

export const CHANGES = ['new', 'retired', 'changed', 'renamed', 'renumbered'] as const
export type Change = (typeof CHANGES)[number]

export interface GridSide {
  code: string
  name: string
  m2: number
  households: number
}

export interface GridLine {
  code: string
  what: Change
  before: GridSide | null
  after: GridSide | null
}

/** `layers`: rows that change their grid, by layer key. */
export interface DiffSummary {
  grids: Record<Change, number>
  m2: number
  households: number
  residents: number
  buildings: number
  layers: Record<string, number>
  by_grid: GridLine[]
}

export type Diff = FeatureCollection<Geometry, DiffProperties> & { summary: DiffSummary }

export const getDiff = (plan: number, signal?: AbortSignal): Promise<Diff> => getJson<Diff>(planPath(plan, 'diff/'), signal)

/** Layer key -> its title in both languages. */
export async function getLayerTitles(): Promise<Record<string, { zh: string; en: string }>> {
  const { layers } = await getJson<{ layers: { key: string; title: { zh: string; en: string } }[] }>('/api/v1/layers/')
  return Object.fromEntries(layers.map(({ key, title }) => [key, title]))
}

// ---- life ---------------------------------------------------------------------------------------------------

export interface Action {
  action: string
  allowed: boolean
  reason: string | null
  message: string
}

export const getActions = (plan: number): Promise<Action[]> => getJson<Action[]>(planPath(plan, 'actions/'))

export const takeStep = (plan: number, action: string, body: object = {}): Promise<Plan> =>
  sendJson<Plan>('POST', planPath(plan, `${action}/`), body)

/** One live grid that is not any more what the plan was copied from. `both`: the plan changed it as well. */
export interface Conflict {
  code: string
  what: 'retired' | 'new' | 'changed' | 'border'
  both: boolean
  blocking: boolean
  base: Feature | null
  live: Feature | null
  ours: Feature | null
}

export async function getConflicts(plan: number): Promise<Conflict[]> {
  return (await getJson<{ conflicts: Conflict[] }>(planPath(plan, 'conflicts/'))).conflicts
}

// ---- upload -------------------------------------------------------------------------------------------------

export interface UploadReport {
  [key: string]: unknown
}
export type UploadAnswer = Partial<CommandAnswer> & { report: UploadReport }
export type Place = Feature<Geometry, Record<string, unknown>>

export const uploadFile = (plan: number, form: FormData): Promise<UploadAnswer> =>
  sendJson<UploadAnswer>('POST', planPath(plan, 'upload/'), form)

/** Where a plan as a file is to be had. */
export function exportPath(plan: number, options: Record<string, string>): string {
  return planPath(plan, `export/?${new URLSearchParams(options)}`)
}
