/** The scenes of a user, kept in this browser: the server has no settings of users. */
import { readScenes, type SceneList } from '@/wall/scenes'

const key = (user: string): string => `wangge.scenes.${user}`

export function loadScenes(user: string): SceneList {
  try {
    return readScenes(localStorage.getItem(key(user)))
  } catch {
    return readScenes(null)
  }
}

export function saveScenes(user: string, list: SceneList): void {
  try {
    localStorage.setItem(key(user), JSON.stringify(list))
  } catch {
    // A locked-down browser keeps nothing: the scenes then last as long as the page.
  }
}
