/**
 * A day's incidents as the server tells them (docs/incidents.md, "A day again"), and what was at any moment of it:
 * open ones with their light, those just reported, the figures. Pure; times in milliseconds.
 */
import type { Light } from '@/incident/types'
import type { Incident } from './incidents'
import { startOf, DAY_MS } from './localTime'

type Row = [
  number: string, item: string, source: string, urgency: string, lon: number, lat: number, area: string | null, address: string,
  reported: number, changes: [at: number, state: number, yellow: number | null, red: number | null][],
]

export interface Answer {
  day: string
  /** Code of the area that was asked for; '' is all. */
  area: string
  until: string
  states: { state: string; is_open: boolean }[]
  items: Record<string, string>
  incidents: Row[]
}

interface Change {
  at: number
  state: string
  isOpen: boolean
  yellow: number
  red: number
}

/** One incident without what changes, and its changes in order. */
interface Recorded {
  reported: number
  one: Omit<Incident, 'state' | 'light' | 'is_open'>
  changes: Change[]
}

export interface Recording {
  day: string
  area: string
  since: number
  /** How far the day had come when it was read. */
  until: number
  incidents: Recorded[]
  /** Every moment at which something changes, in order. */
  moments: number[]
}

export interface DayFigures {
  reported: number
  open: number
  late: number
  closed: number
}

const HOURS = 24
const HOUR_MS = DAY_MS / HOURS
const NEVER = Infinity

const ms = (seconds: number | null): number => (seconds === null ? NEVER : seconds * 1000)

export function record(answer: Answer): Recording {
  const since = startOf(answer.day)
  const until = Math.min(Date.parse(answer.until), since + DAY_MS)
  const incidents = answer.incidents.map((row) => recorded(row, answer))
  const moments = incidents.flatMap(({ reported, changes }) => [reported, ...changes.flatMap(({ at, yellow, red }) => [at, yellow, red + 1])])
  return { day: answer.day, area: answer.area, since, until, incidents, moments: [...new Set(moments)].filter((at) => at >= since && at <= until).sort((a, b) => a - b) }
}

function recorded([number, item, source, urgency, lon, lat, area, address, reported, changes]: Row, { states, items }: Answer): Recorded {
  return {
    reported: reported * 1000,
    one: {
      number, item, item_name: items[item] ?? item, source, urgency, lon, lat, area_code: area, address_text: address,
      reported_at: new Date(reported * 1000).toISOString(),
    },
    changes: changes.map(([at, place, yellow, red]) => ({
      at: at * 1000, state: states[place]!.state, isOpen: states[place]!.is_open, yellow: ms(yellow), red: ms(red),
    })),
  }
}

const lightOf = ({ yellow, red }: Change, at: number): Light => (at > red ? 'red' : at >= yellow ? 'yellow' : 'green')

function stateAt({ changes }: Recorded, at: number): Change | null {
  let found: Change | null = null
  for (const change of changes) {
    if (change.at > at) break
    found = change
  }
  return found
}

/** Those that were open at a moment, the latest first. */
export function openAt({ incidents }: Recording, at: number): Incident[] {
  const found: Incident[] = []
  for (const each of incidents) {
    const now = stateAt(each, at)
    if (now?.isOpen) found.push({ ...each.one, state: now.state, light: lightOf(now, at), is_open: true })
  }
  return found.reverse()
}

/** Those reported after one moment, up to another. */
export const reportedIn = ({ incidents }: Recording, after: number, until: number): Incident['number'][] =>
  incidents.filter(({ reported }) => reported > after && reported <= until).map(({ one }) => one.number)

/** Whether anything changes after one moment, up to another. */
export function changesIn({ moments }: Recording, after: number, until: number): boolean {
  let [low, high] = [0, moments.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (moments[middle]! <= after) low = middle + 1
    else high = middle
  }
  return low < moments.length && moments[low]! <= until
}

const within = ({ one }: Recorded, area: string): boolean => (one.area_code ?? '').startsWith(area)

/** The figures of the day up to a moment, within an area ('' is everywhere). */
export function figuresAt({ incidents, since }: Recording, at: number, area: string): DayFigures {
  const figures: DayFigures = { reported: 0, open: 0, late: 0, closed: 0 }
  for (const each of incidents) {
    if (!within(each, area)) continue
    if (each.reported >= since && each.reported <= at) figures.reported += 1
    const now = stateAt(each, at)
    if (now?.isOpen) figures.open += 1
    if (now?.isOpen && at > now.red) figures.late += 1
    if (each.changes.some((change) => change.state === 'closed' && change.at <= at)) figures.closed += 1
  }
  return figures
}

/** Reports by hour of the whole day, within an area; null for hours that had not begun. */
export function reportsByHour({ incidents, since, until }: Recording, area: string): (number | null)[] {
  const counts = Array.from({ length: HOURS }, (_, hour): number | null => (since + hour * HOUR_MS < until ? 0 : null))
  for (const each of incidents) {
    const hour = Math.floor((each.reported - since) / HOUR_MS)
    if (hour >= 0 && hour < HOURS && within(each, area)) counts[hour] = (counts[hour] ?? 0) + 1
  }
  return counts
}
