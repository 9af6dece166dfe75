/** Where to stand to see a box whole, reckoned before there is a map to ask. */
import type { Box } from '@/api/types'

export interface Camera {
  center: [lon: number, lat: number]
  zoom: number
}

const TILE = 512
const MARGIN = 48

const mercatorY = (lat: number): number =>
  (1 - Math.log(Math.tan((lat * Math.PI) / 180) + 1 / Math.cos((lat * Math.PI) / 180)) / Math.PI) / 2

const mercatorX = (lon: number): number => (lon + 180) / 360

const latitude = (y: number): number => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI

/** The camera of a `width` x `height` pixel map that just holds `box`, with a margin. */
export function cameraFor([west, south, east, north]: Box, width: number, height: number): Camera {
  const [top, bottom] = [mercatorY(north), mercatorY(south)]
  const across = Math.max(1, width - 2 * MARGIN) / (TILE * (mercatorX(east) - mercatorX(west) || 1e-9))
  const down = Math.max(1, height - 2 * MARGIN) / (TILE * (bottom - top || 1e-9))
  const zoom = Math.max(3, Math.min(17, Math.log2(Math.min(across, down))))
  return { center: [(west + east) / 2, latitude((top + bottom) / 2)], zoom }
}

export type Place = [lon: number, lat: number]

/** A box to be seen whole, with the marks around it that the picture's edge may not cut. */
export interface Framed {
  box: Box
  marks: () => readonly Place[]
}

/** Pixels that a mark takes up around its place, a large cluster's. */
const MARK = 40
/** So many zoom levels farther out, and no more, for the sake of marks. */
const FARTHER = 0.75

/** The box to show: with each mark that would stand on the edge of a `width` x `height` pixel picture taken in. Those farther out stay out. */
export function boxWithMarks({ box, marks }: Framed, width: number, height: number): Box {
  const places = marks()
  const least = cameraFor(box, width, height).zoom - FARTHER
  let grown = box
  for (;;) {
    const camera = cameraFor(grown, width, height)
    const cut = places.filter((place) => Math.abs(insideBy(place, camera, width, height)) < MARK)
    const next = joined(grown, cut)
    if (!cut.length || same(next, grown) || cameraFor(next, width, height).zoom < least) return grown
    grown = next
  }
}

/** Pixels from a place to the nearest edge of the picture; less than 0 outside. */
function insideBy([lon, lat]: Place, { center, zoom }: Camera, width: number, height: number): number {
  const scale = TILE * 2 ** zoom
  const right = width / 2 + scale * (mercatorX(lon) - mercatorX(center[0]))
  const down = height / 2 + scale * (mercatorY(lat) - mercatorY(center[1]))
  return Math.min(right, width - right, down, height - down)
}

const joined = ([west, south, east, north]: Box, places: readonly Place[]): Box => [
  Math.min(west, ...places.map(([lon]) => lon)),
  Math.min(south, ...places.map(([, lat]) => lat)),
  Math.max(east, ...places.map(([lon]) => lon)),
  Math.max(north, ...places.map(([, lat]) => lat)),
]

const same = (one: Box, other: Box): boolean => one.every((side, n) => side === other[n])
