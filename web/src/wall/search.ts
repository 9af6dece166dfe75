/** Search over areas and layers at once, as the server answers it. */
import { getJson } from '@/api/client'
import type { Words } from '@/api/types'

export interface Hit {
  layer: string
  layer_title: Words
  id: string | number
  title: string
  text: string
  area_code: string | null
  lon: number
  lat: number
}

const AREAS = new Set(['microgrids', 'grids', 'villages', 'towns', 'counties', 'cities', 'provinces'])

export const isArea = (hit: Hit): boolean => AREAS.has(hit.layer)

export async function findEverything(q: string, limit: number, signal?: AbortSignal): Promise<Hit[]> {
  const query = new URLSearchParams({ q, limit: String(limit) })
  return (await getJson<{ hits: Hit[] }>(`/api/v1/search/?${query}`, signal)).hits
}
