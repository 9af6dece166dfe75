/** The colours that the page adds to the map, read from the same tokens as everything else. */
export interface MapTokens {
  brand: string
  halo: string
  selected: string
  shade: string
}

export function readMapTokens(): MapTokens {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return { brand: token('brand'), halo: token('map-halo'), selected: token('map-selected'), shade: token('map-shade') }
}
