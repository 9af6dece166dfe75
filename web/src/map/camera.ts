/** Where to stand to see a box whole, reckoned before there is a map to ask. */
import type { Box } from '@/api/types'
import type { Camera } from './AreaMap'

const TILE = 512
const MARGIN = 48

const mercatorY = (lat: number): number =>
  (1 - Math.log(Math.tan((lat * Math.PI) / 180) + 1 / Math.cos((lat * Math.PI) / 180)) / Math.PI) / 2

const latitude = (y: number): number => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI

/** The camera of a `width` x `height` pixel map that just holds `box`, with a margin. */
export function cameraFor([west, south, east, north]: Box, width: number, height: number): Camera {
  const [top, bottom] = [mercatorY(north), mercatorY(south)]
  const across = Math.max(1, width - 2 * MARGIN) / (TILE * ((east - west) / 360 || 1e-9))
  const down = Math.max(1, height - 2 * MARGIN) / (TILE * (bottom - top || 1e-9))
  const zoom = Math.max(3, Math.min(17, Math.log2(Math.min(across, down))))
  return { center: [(west + east) / 2, latitude((top + bottom) / 2)], zoom }
}
