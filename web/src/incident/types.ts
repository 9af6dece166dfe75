/** What the interface answers about incidents and situations, as far as the one-click page uses it (docs/situation.md). */
import type { FeatureCollection, Point } from 'geojson'
import type { Words } from '@/api/types'
import type { Theme } from '@/theme/theme'

/** The most urgent first. */
export const LIGHTS = ['red', 'yellow', 'green'] as const
export type Light = (typeof LIGHTS)[number]
export type Position = [lon: number, lat: number]

export interface Clock {
  since: string
  yellow_at: string | null
  due_at: string | null
  original_due_at?: string | null
  limit_hours?: number | null
  unit: 'natural' | 'working'
}

export interface Step {
  at: string
  action: string
  title: string
  from: string
  to: string
  who: string
  role: string
  department: string
  text: string | null
  /** Of a whistle: its kind in words. */
  kind_title: string | null
  /** `support`: departments that are called besides. */
  data: { support?: string[] } | null
  place: Position | null
}

export interface Photo {
  id: number
  phase: 'before' | 'after'
  url: string
  width: number
  height: number
  at: string
}

export type NeedType = 'text' | 'choice' | 'department' | 'departments' | 'hours' | 'place' | 'number' | 'mark' | 'flag' | 'grid'

export interface Need {
  name: string
  title: string
  type: NeedType
  required: boolean
  choices: { value: string; title: string }[]
}

export interface Action {
  action: string
  title: string
  to: string
  allowed: boolean
  reason: string | null
  message: string
  needs: Need[]
}

export interface Evaluation {
  party: string
  /** Null where nobody evaluated it in time. */
  response: number | null
  handling: number | null
  satisfaction: number | null
  text: string | null
  at: string
}

export interface Incident {
  number: string
  title: string
  item: string
  item_name: string
  state: string
  state_title: string
  is_open: boolean
  light: Light
  supervised: number
  reply_wanted: boolean
  pending: string
  source: string
  level: number
  urgency: string
  involved: number | null
  lead_department: string
  grid_code: string | null
  grid_code_at_report: string | null
  border_m: number | null
  border_grids: string[]
  nearest_grid: string | null
  nearest_m: number | null
  outside: boolean
  located_by: string
  accuracy_m: number | null
  address_text: string
  description: string | null
  result: string | null
  reporter_name: string | null
  contact: string | null
  reported_at: string
  due_at: string | null
  rework_count: number
  lon: number
  lat: number
  clocks: { case: Clock; step: Clock; stopped_at: string | null; light: Light }
  timeline: Step[]
  photos: Photo[]
  evaluations: Evaluation[]
  merged_into: string | null
  actions: Action[]
}

export interface Help {
  kind: string
  title: Words
  layer: string
  id: number
  name: string
  metres: number
  along: 'street' | 'straight'
  lon: number
  lat: number
  tells: Record<string, unknown>
  sees?: boolean | null
}

export interface Post {
  id: number
  name: string
  post: string
  post_title: Words
  phone: string
  employer: string
  grid_code: string | null
  lon: number
  lat: number
}

export interface NearIncident {
  number: string
  title: string
  item: string
  item_name: string
  state: string
  state_title: string
  light: Light
  urgency: string
  lon: number
  lat: number
  reported_at: string
  due_at: string | null
  metres: number
}

export interface Drawn {
  part: 'row' | 'help' | 'incident'
  layer?: string
  id?: number | string
  name?: string
  title?: Words
  colour?: Record<Theme, string>
  kind?: string
  metres?: number
  along?: string
  number?: string
  item_name?: string
  state_title?: string
  light?: Light
}

export interface Counted {
  layer: string
  title: Words
  group: Words
  geometry_type: string
  count: number
}

export interface Situation {
  incident?: { properties: Incident }
  place: { lon: number; lat: number; radius_m: number }
  areas: { code: string; name: string; tier: string }[]
  counts: Counted[]
  people: { buildings: number; households: number; residents: number; residents_60_79: number; residents_80_up: number }
  staff: Post[] | null
  help: Help[]
  incidents: { open: number; lights: Record<Light, number>; listed: NearIncident[] } | null
  features: FeatureCollection<Point, Drawn>
}

export interface Item {
  code: string
  name: string
  category: string
  department: string
  department_name: string
  limit_hours: number
  limit_unit: 'natural' | 'working'
  needs_photo: boolean
  sensitive: boolean
}

export interface Department {
  code: string
  name: string
}

export interface Candidate {
  kind: string
  text: string
  score: number
  lon: number
  lat: number
  accuracy_m: number
  area_code: string | null
}

export interface Reported extends Omit<Incident, 'clocks' | 'timeline' | 'photos' | 'evaluations' | 'actions' | 'merged_into'> {
  duplicates: { number: string; metres: number; hours: number }[]
}

/** What `/events/` tells of an incident. */
export interface IncidentTold {
  number: string
  lon: number
  lat: number
  change: 'reported' | 'changed'
}

/** A place as it was given: x and y of the stated system. */
export interface GivenPlace {
  lon: string
  lat: string
  crs: string
}
