/** The colours of the editor's map, read from the same tokens as everything else. */
const NAMES = {
  draft: 'map-draft',
  live: 'map-live',
  sketch: 'map-sketch',
  special: 'map-special',
  selected: 'map-selected',
  halo: 'map-halo',
  brand: 'brand',
  ok: 'ok',
  warn: 'warn',
  bad: 'bad',
  text: 'text',
  soft: 'text-soft',
} as const

export type EditorTokens = Record<keyof typeof NAMES, string>

export function readEditorTokens(): EditorTokens {
  const style = getComputedStyle(document.documentElement)
  const read = Object.entries(NAMES).map(([key, name]) => [key, style.getPropertyValue(`--${name}`).trim()])
  return Object.fromEntries(read) as EditorTokens
}
