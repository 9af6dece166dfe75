/** Incidents outside the district: while the whole of it is shown, the picture's edge cuts none of their marks. */
import { computed, watch } from 'vue'
import type { Framed, Place } from '@/map/camera'
import type { Live } from './useLive'
import type { WallMap } from './useWallMap'

export function useOutside(wall: WallMap, live: Live): Framed['marks'] {
  const places = computed(() => live.shown.value.filter(({ area_code }) => area_code === null).map(({ lon, lat }): Place => [lon, lat]))
  // A replay passes by too many to go along with each.
  watch(
    () => (live.past.value ? 0 : places.value.length),
    (count, before) => count > before && wall.map()?.reframe(),
  )
  return () => places.value
}
