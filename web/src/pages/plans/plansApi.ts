/** Addresses that the list of plans asks; one function each. Every failure is an ApiError. */
import { findAreas, getJson, sendJson } from '@/api/client'
import type { AreaProperties } from '@/api/types'
import type { Plan } from '@/editor/types'

export interface ListedPlan extends Plan {
  scope_name?: string
}

export interface NewPlan {
  name: string
  scope_code: string
  from_date?: string
}

export interface AutoRequest {
  low: number
  target: number
  high: number
  mode: 'fresh' | 'keep'
  divide_rural: boolean
  seed: number
}

export interface Measures {
  grids: number
  households: number
  in_band: number
  share_in_band: number
  least: number
  most: number
  compactness: number
}

export interface AutoReport {
  before: Measures
  after: Measures
  urban: Measures
  moved: number
  stuck: number
  seconds: number
}

export interface AutoAnswer {
  revision: number | null
  codes: string[]
  report: AutoReport
}

export const getPlans = (): Promise<ListedPlan[]> => getJson<ListedPlan[]>('/api/v1/plans/')

export const createPlan = (plan: NewPlan): Promise<ListedPlan> => sendJson<ListedPlan>('POST', '/api/v1/plans/', plan)

export const drawPlan = (plan: number, wanted: AutoRequest): Promise<AutoAnswer> =>
  sendJson<AutoAnswer>('POST', `/api/v1/plans/${plan}/auto/`, wanted)

export const takeStep = (plan: number, action: string, body: object = {}): Promise<ListedPlan> =>
  sendJson<ListedPlan>('POST', `/api/v1/plans/${plan}/${action}/`, body)

export async function countDefects(plan: number, signal: AbortSignal): Promise<number> {
  const found = await getJson<{ count: number; errors?: number }>(`/api/v1/plans/${plan}/defects/?severity=error`, signal)
  return found.errors ?? found.count
}

const SCOPES = ['county', 'town', 'village']

/** Counties, towns and villages by name or code: what a plan can be made for. */
export async function findScopes(q: string, limit: number, signal: AbortSignal): Promise<AreaProperties[]> {
  const found = (await findAreas(q, limit * 4, signal)).features.map((feature) => feature.properties)
  return found.filter((area) => SCOPES.includes(area.tier)).slice(0, limit)
}

export const thumbnail = (plan: Plan, theme: string): string =>
  `/api/v1/plans/${plan.id}/thumbnail.svg?theme=${theme}&r=${plan.revision}`
