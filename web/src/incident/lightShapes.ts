/** Each light's shape, as path data on a field of 16 x 16, so that nobody needs its colour. */
import type { Light } from './types'

export const LIGHT_SHAPES: Record<Light, string> = {
  green: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Z',
  yellow: 'M8 1 15 8 8 15 1 8Z',
  red: 'M8 1.500 15.500 14.500H.5Z',
}
