/** The load of a grid against the band, as a word's key and as a shape: never by colour alone. */
import type { Band, Grid, Load } from './types'

export function loadOf(households: number | null, kind: string, band: Band): Load | null {
  if (households === null || kind === 'special') return null
  if (households < band.least) return 'under'
  return households > band.most ? 'over' : 'within'
}

export const SHAPES: Record<Load, string> = { under: '▽', within: '●', over: '▲' }

/** The last three digits, which is how people call a grid within its village. */
export const shortCode = (code: string): string => code.slice(-3)

export function titleOf({ properties }: Grid): string {
  return properties.name || shortCode(properties.code)
}
