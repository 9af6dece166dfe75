/**
 * Loads the font of the map labels before the first label is painted.
 *
 * Without a `glyphs` address MapLibre paints every glyph, Latin and digits too, from the browser's fonts, and a
 * canvas takes whatever is loaded at that moment. So both files (Latin, Chinese) are asked for by a sample text.
 */
export const LABEL_FONT = 'Wangge Labels'

const SAMPLE = '网格 Wangge 0123'
const PATIENCE_MS = 6000

/** Resolves when the font is there, or after a while without it: labels in a system font beat no map. */
export async function loadLabelFont(): Promise<void> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS))
  const loaded = document.fonts.load(`48px "${LABEL_FONT}"`, SAMPLE).then(() => undefined)
  await Promise.race([loaded.catch(() => undefined), late])
}
