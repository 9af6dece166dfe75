/** The scale bar: a round distance and how many pixels it takes. */

const EARTH_CIRCUMFERENCE = 40_075_016.686
const STEPS = [1, 2, 5]

/** Metres that one pixel covers on a web-mercator map of 512-pixel tiles at `lat`. */
export function metresPerPixel(zoom: number, lat: number): number {
  return (EARTH_CIRCUMFERENCE * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** zoom)
}

/** The largest 1-2-5 distance, in metres, that fits into `maxPixels`. */
export function scaleBar(zoom: number, lat: number, maxPixels: number): { metres: number; pixels: number } {
  const resolution = metresPerPixel(zoom, lat)
  const limit = Math.max(1, resolution * maxPixels)
  const power = 10 ** Math.floor(Math.log10(limit))
  const step = STEPS.findLast((s) => s * power <= limit) ?? 1
  return { metres: step * power, pixels: (step * power) / resolution }
}
