/** The colours that the page adds to the map, read from the same tokens as everything else. */
export interface MapTokens {
  brand: string
  halo: string
  selected: string
  shade: string
  ground: string
  text: string
  ok: string
  warn: string
  bad: string
  sketch: string
}

export function readMapTokens(): MapTokens {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    brand: token('brand'),
    halo: token('map-halo'),
    selected: token('map-selected'),
    shade: token('map-shade'),
    ground: token('page'),
    text: token('text'),
    ok: token('ok'),
    warn: token('warn'),
    bad: token('bad'),
    sketch: token('map-sketch'),
  }
}
