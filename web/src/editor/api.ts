/** The plans' REST addresses, one function each. Every failure is an ApiError. */
import type { FeatureCollection, Geometry, MultiPolygon } from 'geojson'
import { getJson, sendJson } from '@/api/client'
import type { Box } from '@/api/types'
import type {
  BoundaryProperties,
  CommandAnswer,
  DefectProperties,
  GridPage,
  Plan,
  Session,
  WriteKind,
} from './types'

export const planPath = (plan: number, rest = ''): string => `/api/v1/plans/${plan}/${rest}`

export const getSession = (): Promise<Session> => getJson<Session>('/api/v1/session/')

/** `otp`: the code of the second factor, for who has one. */
export const signIn = (username: string, password: string, otp = ''): Promise<Session> =>
  sendJson<Session>('POST', '/api/v1/session/', { username, password, ...(otp && { otp }) })

export const signOut = (): Promise<void> => sendJson<void>('DELETE', '/api/v1/session/')

export const getPlan = (plan: number): Promise<Plan> => getJson<Plan>(planPath(plan))

/** Every grid, or only what changed after revision `since` (then `removed` names the codes that are no more). */
export const getGrids = (plan: number, since?: number): Promise<GridPage> =>
  getJson<GridPage>(planPath(plan, since === undefined ? 'grids/' : `grids/?since=${since}`))

export const getBoundaries = (plan: number): Promise<FeatureCollection<MultiPolygon, BoundaryProperties>> =>
  getJson(planPath(plan, 'boundaries/?tier=village'))

/** The defects of the plan; of one village or one severity of it only. */
export const getDefects = (
  plan: number,
  only: { village?: string; severity?: 'error' | 'warning' } = {},
): Promise<FeatureCollection<Geometry, DefectProperties> & { revision: number }> =>
  getJson(planPath(plan, `defects/?${new URLSearchParams(only)}`))

/** A command, an undo or a redo; sent again with the same token it is applied once and answered as before. */
export function sendWrite(
  plan: number,
  kind: WriteKind,
  args: object,
  revision: number,
  token: string,
): Promise<CommandAnswer> {
  const own = kind === 'undo' || kind === 'redo'
  const body = own ? { revision, token } : { ...args, kind, revision, token }
  return sendJson<CommandAnswer>('POST', planPath(plan, own ? `${kind}/` : 'commands/'), body)
}

/** Four numbers for each building whose inner point lies in the box: lon, lat, households, residents. */
export const getBuildings = (plan: number, box: Box): Promise<{ buildings: number[] }> =>
  getJson(planPath(plan, `buildings/?bbox=${box.join(',')}`))

/** A line to snap to: id, index into `classes`, name, and its vertices as lon, lat, lon, lat ... */
export type SnapLine = [id: string, kind: number, name: string, points: number[]]

export const getSnapLines = (box: Box): Promise<{ classes: string[]; lines: SnapLine[] }> =>
  getJson(`/api/v1/snap/?bbox=${box.join(',')}`)
