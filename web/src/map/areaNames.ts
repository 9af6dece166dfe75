/** How areas' names keep clear of what else is drawn: each takes the first free place around its area's middle. */
import type { FilterSpecification, LayerSpecification } from 'maplibre-gl'
import { AREA_SOURCES } from './tiers'

type Name = Extract<LayerSpecification, { type: 'symbol' }>

/** Ems from the middle of the area, nearest first. */
const RINGS = [1, 1.7, 2.4]
const PLACES = [
  'center', [0, 0],
  ...RINGS.flatMap((far) => {
    const slant = 0.7 * far
    return [
      'top', [0, far], 'bottom', [0, -far], 'left', [far, 0], 'right', [-far, 0],
      'top-left', [slant, slant], 'top-right', [-slant, slant], 'bottom-left', [slant, -slant], 'bottom-right', [-slant, -slant],
    ]
  }),
] as (string | [number, number])[]

const areaKeys = new Set(AREA_SOURCES.map(({ key }) => key))

const isName = (layer: LayerSpecification): layer is Name => layer.type === 'symbol' && areaKeys.has(layer.source)

/** `chosen` is the code of the selected area, whose name is drawn larger elsewhere. */
export function placed<L extends LayerSpecification>(layer: L, chosen: string | null): L | Name {
  if (!isName(layer)) return layer
  const layout = { ...layer.layout, 'text-padding': 2, 'text-variable-anchor-offset': PLACES }
  const others: FilterSpecification = ['!=', ['get', 'code'], chosen ?? '']
  const filter = layer.filter ? (['all', layer.filter, others] as FilterSpecification) : others
  return { ...layer, layout: layout as Name['layout'], ...(chosen === null ? {} : { filter }) }
}
