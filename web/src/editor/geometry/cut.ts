/**
 * What a drawn line would make of a grid, near enough to count by: the server cuts exactly. A line that crosses
 * the shell more often than twice has no simple answer; then there is none.
 */
import type { Position } from 'geojson'
import { crossingOf } from '../snapping/segments'
import { distance, planeAt, ringArea } from './plane'
import { holds } from './polygons'

interface Meeting {
  /** Index and share along the line, as one number. */
  line: number
  /** The same along the ring. */
  ring: number
  place: Position
}

const REACH_M = 1

/** The line with both ends drawn out by a metre, so that an end put on the border crosses it. */
function reaching(line: Position[]): Position[] {
  const plane = planeAt(line[0]![1]!)
  const out = (end: Position, before: Position): Position => {
    const far = distance(end, before, plane) || 1
    return [end[0]! + ((end[0]! - before[0]!) * REACH_M) / far, end[1]! + ((end[1]! - before[1]!) * REACH_M) / far]
  }
  return [out(line[0]!, line[1]!), ...line.slice(1, -1), out(line.at(-1)!, line.at(-2)!)]
}

function meetings(ring: Position[], line: Position[]): Meeting[] {
  const found: Meeting[] = []
  for (let i = 1; i < line.length; i += 1) {
    for (let j = 1; j < ring.length; j += 1) {
      const at = crossingOf(line[i - 1]!, line[i]!, ring[j - 1]!, ring[j]!)
      // Half open on both, so that a common vertex counts once.
      if (!at || at.t === 1 || (at.s === 1 && i < line.length - 1)) continue
      const [a, b] = [line[i - 1]!, line[i]!]
      const place = [a[0]! + at.s * (b[0]! - a[0]!), a[1]! + at.s * (b[1]! - a[1]!)]
      found.push({ line: i - 1 + at.s, ring: j - 1 + at.t, place })
    }
  }
  return found.sort((p, q) => p.line - q.line)
}

/** The ring from one place to another, in its direction. */
function along(ring: Position[], from: number, to: number): Position[] {
  const count = ring.length - 1
  const end = to > from ? to : to + count
  const found: Position[] = []
  for (let i = Math.floor(from) + 1; i <= end; i += 1) found.push(ring[i % count]!)
  return found
}

/** The two pieces of a shell that the line divides, as closed rings; null when it does not, or divides into more. */
export function halves(shell: Position[], drawn: Position[]): [Position[], Position[]] | null {
  const line = reaching(drawn)
  const met = meetings(shell, line)
  if (met.length !== 2) return null
  const [first, last] = met as [Meeting, Meeting]
  const inner = [first.place, ...line.slice(Math.floor(first.line) + 1, Math.floor(last.line) + 1), last.place]
  const middle = inner[Math.floor((inner.length - 1) / 2)]!
  const next = inner[Math.floor((inner.length - 1) / 2) + 1]!
  if (!holds([shell], (middle[0]! + next[0]!) / 2, (middle[1]! + next[1]!) / 2)) return null
  const one = [...inner, ...along(shell, last.ring, first.ring), first.place]
  const other = [...[...inner].reverse(), ...along(shell, first.ring, last.ring), last.place]
  return [one, other]
}

/** The ground between a new stretch of border and the old one, as a closed ring (even-odd); null where ends miss. */
export function betweenStretches(shell: Position[], drawn: Position[]): Position[] | null {
  const [start, end] = [nearestOn(shell, drawn[0]!), nearestOn(shell, drawn.at(-1)!)]
  if (start.ring === end.ring) return null
  const ways = [along(shell, end.ring, start.ring), along(shell, start.ring, end.ring).reverse()]
  const plane = planeAt(drawn[0]![1]!)
  const loops = ways.map((way) => [...drawn, ...way, drawn[0]!])
  return loops.sort((a, b) => ringArea(a, plane) - ringArea(b, plane))[0]!
}

function nearestOn(ring: Position[], place: Position): { ring: number; off: number } {
  const { kx, ky } = planeAt(place[1]!)
  let best = { ring: 0, off: Infinity }
  for (let j = 1; j < ring.length; j += 1) {
    const [a, b] = [ring[j - 1]!, ring[j]!]
    const [dx, dy] = [(b[0]! - a[0]!) * kx, (b[1]! - a[1]!) * ky]
    const [px, py] = [(place[0]! - a[0]!) * kx, (place[1]! - a[1]!) * ky]
    const share = Math.max(0, Math.min(1, (px * dx + py * dy) / (dx * dx + dy * dy || 1)))
    const off = Math.hypot(px - share * dx, py - share * dy)
    if (off < best.off) best = { ring: j - 1 + share, off }
  }
  return best
}

/** Metres between a place and a ring. */
export const offRing = (ring: Position[], place: Position): number => nearestOn(ring, place).off
