/** The district's summary: read at the start, and again every half minute to know whether the server answers. */
import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'
import { getArea, getDistrict } from '@/api/client'
import type { AreaRef, District } from '@/api/types'

const AGAIN_MS = 30_000
const RETRY_MS = 8_000

export interface DistrictState {
  district: Ref<District | null>
  /** What the district is divided into, one tier down. */
  divisions: Ref<AreaRef[]>
  failed: Ref<boolean>
  reload: () => Promise<void>
}

export function useDistrict(): DistrictState {
  const district = ref<District | null>(null)
  const divisions = ref<AreaRef[]>([])
  const failed = ref(false)
  let timer = 0

  async function reload(): Promise<void> {
    window.clearTimeout(timer)
    try {
      district.value = await getDistrict()
      failed.value = false
      if (!divisions.value.length) divisions.value = await readDivisions(district.value.code)
    } catch {
      failed.value = true
    }
    timer = window.setTimeout(() => void reload(), failed.value ? RETRY_MS : AGAIN_MS)
  }

  onMounted(() => {
    window.addEventListener('online', reload)
    window.addEventListener('offline', reload)
    void reload()
  })
  onBeforeUnmount(() => {
    window.removeEventListener('online', reload)
    window.removeEventListener('offline', reload)
    window.clearTimeout(timer)
  })
  return { district, divisions, failed, reload }
}

/** An empty district has no root area to ask; its list is then simply empty. */
async function readDivisions(code: string): Promise<AreaRef[]> {
  try {
    return (await getArea(code)).properties.children
  } catch {
    return []
  }
}
