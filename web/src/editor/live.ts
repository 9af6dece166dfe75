/** What grids would come to while somebody drags or draws: figures by code, and how the list and map call them. */
import type { Load } from './types'

export interface Figures {
  code: string
  title: string
  kind: string
  households: number
  residents: number
  buildings: number
  area_m2: number
  load: Load | null
  /** Households more or less than now. */
  change: number
}
