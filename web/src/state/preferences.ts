/** Theme and language of a visitor without a permalink: what was chosen last on this machine. */
import type { Language } from '@/i18n'
import type { Theme } from '@/theme/theme'

const KEY = 'wangge.preferences'

export interface Preferences {
  theme: Theme
  lang: Language
}

/** A locked-down browser may refuse storage: then the defaults serve. */
export function loadPreferences(defaults: Preferences): Preferences {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>
    return { theme: stored.theme ?? defaults.theme, lang: stored.lang ?? defaults.lang }
  } catch {
    return defaults
  }
}

export function savePreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences))
  } catch {
    // The choice then lasts as long as the address does.
  }
}
