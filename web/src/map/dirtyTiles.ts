/** Which tiles of a map source show ground that has changed. */
import type { Box } from '@/api/types'

export interface TileId {
  z: number
  x: number
  y: number
}

/** A map holds tiles of other zooms than its own for a while. */
const SPREAD = 2
/** The margin that a tile shows beyond its ground, as a share of its width (layers/surfaces/mvt.py). */
const BUFFER = 64 / 4096

const column = (lon: number, z: number): number => ((lon + 180) / 360) * 2 ** z

function row(lat: number, z: number): number {
  const phi = (Math.max(-85.05, Math.min(85.05, lat)) * Math.PI) / 180
  return ((1 - Math.asinh(Math.tan(phi)) / Math.PI) / 2) * 2 ** z
}

function overlap([w, s, e, n]: Box, [west, south, east, north]: Box): Box | null {
  const both: Box = [Math.max(w, west), Math.max(s, south), Math.min(e, east), Math.min(n, north)]
  return both[0] <= both[2] && both[1] <= both[3] ? both : null
}

/**
 * The tiles in which any of `boxes` shows, within `view`, around the map's zoom and within the source's `zooms`.
 * Boxes in degrees.
 */
export function dirtyTiles(boxes: Box[], view: Box, zoom: number, [first, last]: [number, number]): TileId[] {
  const found = new Map<string, TileId>()
  const from = Math.max(first, Math.min(last, Math.floor(zoom)) - SPREAD)
  const to = Math.min(last, Math.floor(zoom) + SPREAD)
  for (let z = from; z <= to; z++) {
    for (const box of boxes) {
      const part = overlap(box, view)
      if (part) for (const tile of tilesOf(part, z)) found.set(`${tile.z}/${tile.x}/${tile.y}`, tile)
    }
  }
  return [...found.values()]
}

function* tilesOf([west, south, east, north]: Box, z: number): Generator<TileId> {
  const limit = 2 ** z - 1
  const within = (value: number): number => Math.max(0, Math.min(limit, Math.floor(value)))
  for (let x = within(column(west, z) - BUFFER); x <= within(column(east, z) + BUFFER); x++) {
    for (let y = within(row(north, z) - BUFFER); y <= within(row(south, z) + BUFFER); y++) yield { z, x, y }
  }
}
