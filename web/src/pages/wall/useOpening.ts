/** Opens the map once the district is known: at the place in the address; else at the area in it; else at the whole district. */
import { nextTick, watch, type Ref } from 'vue'
import type { AreaDetail, Box, District } from '@/api/types'
import { cameraFor, type Framed } from '@/map/camera'
import type { View } from '@/state/permalink'
import type { WallMap } from './useWallMap'

export interface Opening {
  ground: Ref<HTMLElement | null>
  district: Ref<District | null>
  /** Nothing has been imported yet. */
  empty: Ref<boolean>
  /** Marks beside the district. */
  outside: Framed['marks']
  reload(): Promise<void>
  /** Selects the area of the address. Its card stands before the map is made, so that it does not move the map's centre. */
  select(code: string): Promise<AreaDetail | null>
}

/** The returned function tries again after a failure. */
export function useOpening(wall: WallMap, first: View, { ground, district, empty, outside, reload, select }: Opening): () => Promise<void> {
  async function open(): Promise<void> {
    if (!district.value || !ground.value || wall.map() || empty.value) return
    wall.state.failed = false
    try {
      await openAt(ground.value, district.value.bbox)
    } catch {
      wall.state.failed = true
    }
  }

  async function openAt(container: HTMLElement, whole: Box): Promise<void> {
    const given = first.center && first.zoom !== null ? { center: first.center, zoom: first.zoom } : null
    const chosen = first.code ? select(first.code) : null
    await nextTick()
    await wall.open(container, given ?? cameraFor(whole, container.clientWidth, container.clientHeight), given ? null : { box: whole, marks: outside })
    const area = await chosen
    if (area && !given) wall.map()?.show(area.properties.bbox)
  }

  watch(district, open)
  return async () => {
    await reload()
    await open()
  }
}
