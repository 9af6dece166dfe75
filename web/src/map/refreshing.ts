/** Keeps a MapLibre map's tiles true to the database: what is told to have changed is fetched again, in place. */
import type { Map as GlMap, VectorTileSource } from 'maplibre-gl'
import type { Box } from '@/api/types'
import { on, type TilesChanged } from '@/state/events'
import { dirtyTiles, type TileId } from './dirtyTiles'

/** A little more than the picture, for tiles that are just coming into it. */
const MARGIN = 0.25

function view(map: GlMap): Box {
  const bounds = map.getBounds()
  const [west, south, east, north] = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]
  const [dx, dy] = [(east - west) * MARGIN, (north - south) * MARGIN]
  return [west - dx, south - dy, east + dx, north + dy]
}

/** A change that the page has been told of, and the tiles that were asked for again since. */
interface Change extends TilesChanged {
  done: Set<string>
}

/** Beyond this many, all tiles are asked for again instead. */
const REMEMBERED = 200

function refresh(map: GlMap, { layers, boxes, done }: Change, repeat: boolean): void {
  for (const layer of layers) {
    const source = map.getSource<VectorTileSource>(layer)
    if (source?.type !== 'vector') continue
    const shown = dirtyTiles(boxes, view(map), map.getZoom(), [source.minzoom, source.maxzoom])
    const name = (tile: TileId): string => `${layer}/${tile.z}/${tile.x}/${tile.y}`
    const tiles = repeat ? shown : shown.filter((tile) => !done.has(name(tile)))
    tiles.forEach((tile) => done.add(name(tile)))
    if (tiles.length) map.refreshTiles(layer, tiles)
  }
}

function refreshAll(map: GlMap): void {
  if (!map.isStyleLoaded()) return
  const { sources } = map.getStyle()
  for (const id of Object.keys(sources)) if (sources[id]?.type === 'vector') map.refreshTiles(id)
}

/**
 * Fetches changed tiles again as the server tells of changes; the old picture stays until the new one is there.
 * Each source must be named as its layer. Returns a function that ends it.
 */
export function keepFresh(map: GlMap): () => void {
  let known: Change[] = []
  let late: Change[] = []
  let allLate = false
  const changed = (told: TilesChanged): void => {
    const change = { ...told, done: new Set<string>() }
    if (known.length === REMEMBERED) {
      known = []
      refreshAll(map)
    }
    // While changes keep coming a map may never settle.
    if (late.length === REMEMBERED) {
      late = []
      allLate = true
    }
    known.push(change)
    if (!allLate) late.push(change)
    refresh(map, change, false)
  }
  // A tile that was under way when its ground changed cannot be refreshed then; it is asked for once more, with all
  // others if there are too many.
  const settled = (): void => {
    const again = late
    late = []
    if (allLate) refreshAll(map)
    else again.forEach((change) => refresh(map, change, true))
    allLate = false
  }
  // MapLibre keeps tiles that have left the picture, and shows them again as they were.
  const moved = (): void => known.forEach((change) => refresh(map, change, false))
  map.on('idle', settled)
  map.on('moveend', moved)
  const off = on<TilesChanged>('tiles', changed, () => refreshAll(map))
  return () => {
    off()
    map.off('idle', settled)
    map.off('moveend', moved)
  }
}
