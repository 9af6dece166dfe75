/** The district's summary: read at the start, and again every half minute to know whether the server answers. */
import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'
import { getDistrict } from '@/api/client'
import type { District } from '@/api/types'

const AGAIN_MS = 30_000
const RETRY_MS = 8_000

export function useDistrict(): { district: Ref<District | null>; failed: Ref<boolean>; reload: () => Promise<void> } {
  const district = ref<District | null>(null)
  const failed = ref(false)
  let timer = 0

  async function reload(): Promise<void> {
    window.clearTimeout(timer)
    try {
      district.value = await getDistrict()
      failed.value = false
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
  return { district, failed, reload }
}
