/** The map's tools: what a click means now, what was measured and what was found under it. */
import type { Position } from 'geojson'
import type { MapGeoJSONFeature } from 'maplibre-gl'
import { computed, ref, type ComputedRef, type Ref } from 'vue'
import type { Words } from '@/api/types'
import type { LayerEntry, LayerTree } from './layerTree'
import { areaOf, lengthOf } from './measure'

export type Tool = 'choose' | 'identify' | 'length' | 'area'

export interface Found {
  key: string
  layer: Words
  id: string
  name: string
  facts: { title: Words; value: Words }[]
}

export interface Tools {
  tool: Ref<Tool>
  places: Ref<Position[]>
  found: Ref<Found[]>
  metres: ComputedRef<number>
  squareMetres: ComputedRef<number>
  set(tool: Tool): void
  clear(): void
  /** Whether the click was the tool's. */
  press(place: [number, number], features: MapGeoJSONFeature[]): boolean
}

const MARKS = 'circle'

export function createTools(tree: LayerTree): Tools {
  const tool = ref<Tool>('choose')
  const places = ref<Position[]>([])
  const found = ref<Found[]>([])
  const closed = computed(() => (tool.value === 'area' && places.value.length > 2 ? [...places.value, places.value[0]!] : places.value))
  const clear = (): void => {
    places.value = []
    found.value = []
  }
  return {
    tool,
    places,
    found,
    metres: computed(() => lengthOf(closed.value)),
    squareMetres: computed(() => (places.value.length > 2 ? areaOf(places.value) : 0)),
    clear,
    set: (next) => {
      clear()
      tool.value = next
    },
    press: (place, features) => {
      if (tool.value === 'length' || tool.value === 'area') {
        places.value = [...places.value, place]
        return true
      }
      const marks = tool.value === 'choose' ? features.filter((one) => one.layer.type === MARKS) : features
      found.value = identified(tree, marks)
      return tool.value === 'identify' || found.value.length > 0
    },
  }
}

/** Everything under a click, each thing once, the topmost first. */
export function identified(tree: LayerTree, features: MapGeoJSONFeature[]): Found[] {
  const things = new Map<string, Found>()
  for (const feature of features) {
    const layer = tree.find(feature.source)
    if (!layer || feature.layer.id.startsWith('hit-') || feature.layer.id.startsWith('hover-')) continue
    const id = String(feature.properties[layer.id_field] ?? feature.id ?? '')
    const key = `${layer.key}/${id}`
    if (!things.has(key)) things.set(key, described(layer, key, id, feature.properties))
  }
  return [...things.values()]
}

function described(layer: LayerEntry, key: string, id: string, values: Record<string, unknown>): Found {
  const facts = layer.fields
    .filter(({ name }) => name !== 'name' && values[name] !== undefined && values[name] !== '')
    .map((field) => ({ title: field.title, value: said(field.codes, values[field.name]) }))
  return { key, layer: layer.title, id, name: String(values.name ?? ''), facts }
}

function said(codes: LayerEntry['fields'][number]['codes'], value: unknown): Words {
  const title = codes?.find((code) => code.value === value)?.title
  return title ?? { zh: String(value), en: String(value) }
}
