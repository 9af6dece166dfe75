/** The words of incidents that events leave out: the titles of the loop's states, and the items one can filter by. */
import { ref, type Ref } from 'vue'
import { getJson } from '@/api/client'

export interface LoopState {
  state: string
  title: string
  is_open: boolean
}

export interface ItemEntry {
  code: string
  name: string
  category: string
}

export interface Catalogue {
  states: Ref<LoopState[]>
  items: Ref<ItemEntry[]>
  stateTitle(state: string): string
  itemName(code: string): string
  load(): Promise<void>
}

export function createCatalogue(): Catalogue {
  const states = ref<LoopState[]>([])
  const items = ref<ItemEntry[]>([])
  return {
    states,
    items,
    stateTitle: (state) => states.value.find((one) => one.state === state)?.title ?? state,
    itemName: (code) => items.value.find((one) => one.code === code)?.name ?? code,
    load: async () => {
      const [loop, found] = await Promise.all([
        getJson<{ states: LoopState[] }>('/api/v1/incident-loop/'),
        getJson<ItemEntry[]>('/api/v1/incident-items/'),
      ])
      states.value = loop.states
      items.value = found
    },
  }
}
