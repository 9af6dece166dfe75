/** The situation of the selected area: read when the selection changes, drawn on the map, gone with it. */
import type { FeatureCollection } from 'geojson'
import { shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { language } from '@/i18n'
import { theme } from '@/theme/theme'
import { getSituation, situationShape, type Situation } from '@/wall/situation'
import type { WallMap } from './useWallMap'

export interface SituationState {
  situation: ShallowRef<Situation | null>
  failed: ShallowRef<boolean>
  reload(): Promise<void>
}

export function useSituation(selected: () => string | null, wall: WallMap, live: Ref<boolean>): SituationState {
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

  /** Where the live incidents are on the map, the situation's are among them. */
  function shape(): FeatureCollection {
    const all = situationShape(situation.value, theme.value, language.value)
    return live.value ? { ...all, features: all.features.filter((one) => one.properties?.part !== 'incident') } : all
  }

  watch(selected, () => {
    situation.value = null
    void reload()
  })
  watch([situation, theme, language, live], () => wall.put('situation', shape()))
  return { situation, failed, reload }
}
