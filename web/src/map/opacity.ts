/** Makes a layer of a style more transparent, whatever its opacity is written as. Pure. */
import type { LayerSpecification } from 'maplibre-gl'

const PROPERTIES: Partial<Record<LayerSpecification['type'], readonly string[]>> = {
  fill: ['fill-opacity'],
  line: ['line-opacity'],
  circle: ['circle-opacity', 'circle-stroke-opacity'],
  symbol: ['text-opacity', 'icon-opacity'],
}

/** A zoom interpolation must stay the outermost expression, so its outputs are scaled, not the whole. */
function scaled(value: unknown, part: number): unknown {
  if (value === undefined) return part
  if (typeof value === 'number') return value * part
  if (!Array.isArray(value)) return value
  if (value[0] !== 'interpolate') return ['*', part, value]
  return value.map((one, at) => (at >= 4 && at % 2 === 0 ? scaled(one, part) : one) as unknown)
}

/** A copy of `layer` with `part` (0 to 1) of its opacity. */
export function faded(layer: LayerSpecification, part: number): LayerSpecification {
  const paint: Record<string, unknown> = { ...layer.paint }
  for (const property of PROPERTIES[layer.type] ?? []) paint[property] = scaled(paint[property], part)
  return { ...layer, paint } as LayerSpecification
}
