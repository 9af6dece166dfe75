/** Which layers there are, in groups with their legends, and which are on, how strongly. The catalogue is the server's. */
import { computed, ref, type ComputedRef, type Ref } from 'vue'
import { getJson } from '@/api/client'
import type { Words } from '@/api/types'

export interface LegendClass {
  title: Words
  symbols: { type: 'fill' | 'line' | 'circle'; colour: { dark: string; light: string } }[]
}

export interface LayerField {
  name: string
  title: Words
  type: string
  codes?: { value: string; title: Words }[]
}

export interface LayerEntry {
  key: string
  title: Words
  group: Words
  geometry_type: 'point' | 'line' | 'polygon'
  id_field: string
  shown: boolean
  zooms: { min: number; max: number }
  fields: LayerField[]
  legend: LegendClass[]
}

export interface LayerGroup {
  title: Words
  layers: LayerEntry[]
}

export interface LayerTree {
  entries: Ref<LayerEntry[]>
  groups: ComputedRef<LayerGroup[]>
  off: Ref<Set<string>>
  on: Ref<Set<string>>
  opacity: Ref<Map<string, number>>
  isOn(key: string): boolean
  toggle(key: string): void
  switchOn(key: string): void
  fade(key: string, part: number): void
  find(key: string): LayerEntry | undefined
  load(): Promise<void>
}

/** Areas have a list of their own: they are drawn by zoom, not switched. */
const AREAS = new Set(['microgrids', 'grids', 'villages', 'towns', 'counties', 'cities', 'provinces'])

export function createLayerTree(read: () => Promise<{ layers: LayerEntry[] }> = () => getJson('/api/v1/layers/')): LayerTree {
  const entries = ref<LayerEntry[]>([])
  const off = ref(new Set<string>())
  const on = ref(new Set<string>())
  const opacity = ref(new Map<string, number>())
  const find = (key: string): LayerEntry | undefined => entries.value.find((one) => one.key === key)
  const isOn = (key: string): boolean => ((find(key)?.shown ?? true) ? !off.value.has(key) : on.value.has(key))
  const toggle = (key: string): void => {
    const which = (find(key)?.shown ?? true) ? off : on
    const next = new Set(which.value)
    if (!next.delete(key)) next.add(key)
    which.value = next
  }
  return {
    entries,
    groups: computed(() => grouped(entries.value)),
    off,
    on,
    opacity,
    isOn,
    toggle,
    find,
    switchOn: (key) => void (isOn(key) || toggle(key)),
    fade: (key, part) => void (opacity.value = new Map(opacity.value).set(key, part)),
    load: async () => void (entries.value = (await read()).layers),
  }
}

/** Groups in the order of their first layer from the top of the map down. */
function grouped(entries: LayerEntry[]): LayerGroup[] {
  const groups = new Map<string, LayerGroup>()
  for (const layer of [...entries].reverse()) {
    if (AREAS.has(layer.key)) continue
    const group = groups.get(layer.group.zh) ?? { title: layer.group, layers: [] }
    group.layers.push(layer)
    groups.set(layer.group.zh, group)
  }
  return [...groups.values()]
}
