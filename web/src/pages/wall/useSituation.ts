/** The situation of the selected area: read when the selection changes, drawn on the map, gone with it. */
import { shallowRef, watch, type ShallowRef } from 'vue'
import { language } from '@/i18n'
import { theme } from '@/theme/theme'
import { getSituation, situationShape, type Situation } from '@/wall/situation'
import type { WallMap } from './useWallMap'

export interface SituationState {
  situation: ShallowRef<Situation | null>
  failed: ShallowRef<boolean>
  reload(): Promise<void>
}

export function useSituation(selected: () => string | null, wall: WallMap): SituationState {
  const situation = shallowRef<Situation | null>(null)
  const failed = shallowRef(false)

  /** An answer to an earlier selection is dropped. */
  async function reload(): Promise<void> {
    const code = selected()
    failed.value = false
    if (code === null) return void (situation.value = null)
    try {
      const found = await getSituation(code)
      if (selected() === code) situation.value = found
    } catch {
      if (selected() === code) failed.value = true
    }
  }

  watch(selected, () => {
    situation.value = null
    void reload()
  })
  watch([situation, theme, language], () => wall.put('situation', situationShape(situation.value, theme.value, language.value)))
  return { situation, failed, reload }
}
