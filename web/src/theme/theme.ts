/** Which of the two themes is on. The colours themselves are in tokens.css. */
import { ref } from 'vue'

export type Theme = 'dark' | 'light'

export const theme = ref<Theme>('dark')

export function setTheme(next: Theme): void {
  theme.value = next
  document.documentElement.dataset.theme = next
}
