/** How many times larger than at 1920 the page is drawn (tokens.css sets the rem): 2 on a 3840 wall, never below 1. */
import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

export function useUiScale(): Ref<number> {
  const measure = (): number => Math.max(1, parseFloat(getComputedStyle(document.documentElement).fontSize) / 16)
  const scale = ref(measure())
  const update = (): void => void (scale.value = measure())
  onMounted(() => window.addEventListener('resize', update))
  onBeforeUnmount(() => window.removeEventListener('resize', update))
  return scale
}
