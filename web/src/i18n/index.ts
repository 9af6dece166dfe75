/** The one place that turns a message key into words. Reactive: switching the language redraws every text. */
import { computed, ref, type ComputedRef } from 'vue'
import { en } from './en'
import { zh, type MessageKey, type Messages } from './zh'

export type Language = 'zh' | 'en'
export type { MessageKey }

export const LANGUAGES: Record<Language, Messages> = { zh, en }
const HTML_LANG: Record<Language, string> = { zh: 'zh-CN', en: 'en' }

export const language = ref<Language>('zh')
export const locale: ComputedRef<string> = computed(() => HTML_LANG[language.value])

/** Words for `key`, with `{name}` replaced from `params`. */
export function t(key: MessageKey, params: Record<string, string | number> = {}): string {
  const text: string = LANGUAGES[language.value][key]
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole))
}

export function setLanguage(next: Language): void {
  language.value = next
  document.documentElement.lang = HTML_LANG[next]
  document.title = `${LANGUAGES[next]['app.name']} · Wangge`
}
