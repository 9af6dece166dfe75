/** Scenes: named views of the wall (each the query of a permalink) that it shows in turn. Pure. */
import type { AreaRef, District } from '@/api/types'

export interface Scene {
  name: string
  query: string
}

export interface SceneList {
  scenes: Scene[]
  /** How long each is shown. */
  seconds: number
}

export const SECONDS = { least: 5, most: 600, usual: 20 } as const
export const MOST = 40
export const NAME_MAX = 40

export const clampSeconds = (seconds: number): number =>
  Number.isFinite(seconds) ? Math.min(SECONDS.most, Math.max(SECONDS.least, Math.round(seconds))) : SECONDS.usual

const isScene = (one: unknown): one is Scene => {
  const { name, query } = (one ?? {}) as Partial<Scene>
  return typeof name === 'string' && name.trim() !== '' && typeof query === 'string' && query.startsWith('?')
}

/** From what was kept; what is malformed counts as not there. */
export function readScenes(text: string | null): SceneList {
  try {
    const { scenes, seconds } = JSON.parse(text ?? '{}') as Partial<SceneList>
    return { scenes: Array.isArray(scenes) ? scenes.filter(isScene).slice(0, MOST) : [], seconds: clampSeconds(Number(seconds ?? NaN)) }
  } catch {
    return { scenes: [], seconds: SECONDS.usual }
  }
}

/** A view of a scene tells place, layers, filters and area; language, theme and a past moment stay what they are. */
export function sceneQuery(query: string): string {
  const params = new URLSearchParams(query)
  for (const key of ['theme', 'lang', 'replay']) params.delete(key)
  return `?${params}`
}

/** The district, then each of what it is divided into. */
export function usualScenes(district: District | null, divisions: readonly AreaRef[], english: boolean): Scene[] {
  if (!district) return []
  const whole = { name: english ? district.name_en || district.name : district.name, query: '?' }
  return [whole, ...divisions.map(({ code, name }) => ({ name, query: `?code=${code}` }))]
}

/** The list with one of it so many places further on. */
export function moved(scenes: readonly Scene[], at: number, by: number): Scene[] {
  const to = at + by
  if (to < 0 || to >= scenes.length) return [...scenes]
  const rest = scenes.filter((_, place) => place !== at)
  return [...rest.slice(0, to), scenes[at]!, ...rest.slice(to)]
}
