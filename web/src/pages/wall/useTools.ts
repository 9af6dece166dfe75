/** Wires the map's tools to the map: what was measured is drawn, the pointer shows that a tool waits. */
import { watch } from 'vue'
import { measureShape } from '@/wall/measure'
import { createTools, type Tools } from '@/wall/tools'
import type { LayerTree } from '@/wall/layerTree'
import { NOTHING } from '@/map/selectionShape'
import type { WallMap } from './useWallMap'

export function useTools(tree: LayerTree, wall: () => WallMap): Tools {
  const tools = createTools(tree)
  watch([tools.tool, tools.places], ([tool, places]) => {
    wall().put('measure', tool === 'length' || tool === 'area' ? measureShape(tool, places) : NOTHING)
    wall().map()?.aim(tool !== 'choose')
  })
  return tools
}
