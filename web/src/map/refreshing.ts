/** Keeps a MapLibre map's tiles true to the database: what is told to have changed is fetched again, in place. */
import type { Map as GlMap, VectorTileSource } from 'maplibre-gl'
import type { Box } from '@/api/types'
import { on, type TilesChanged } from '@/state/events'
import { dirtyTiles } from './dirtyTiles'

/** A little more than the picture, for tiles that are just coming into it. */
const MARGIN = 0.25

function view(map: GlMap): Box {
  const bounds = map.getBounds()
  const [west, south, east, north] = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]
  const [dx, dy] = [(east - west) * MARGIN, (north - south) * MARGIN]
  return [west - dx, south - dy, east + dx, north + dy]
}

function refresh(map: GlMap, { layers, boxes }: TilesChanged): void {
  for (const layer of layers) {
    const source = map.getSource<VectorTileSource>(layer)
    if (source?.type !== 'vector') continue
    const tiles = dirtyTiles(boxes, view(map), map.getZoom(), [source.minzoom, source.maxzoom])
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
  let again: TilesChanged[] = []
  // A tile that was under way when its ground changed cannot be refreshed yet; it is asked for again once it is there.
  const settled = (): void => {
    const late = again
    again = []
    late.forEach((change) => refresh(map, change))
  }
  map.on('idle', settled)
  const changed = (change: TilesChanged): void => {
    again.push(change)
    refresh(map, change)
  }
  const off = on<TilesChanged>('tiles', changed, () => refreshAll(map))
  return () => {
    off()
    map.off('idle', settled)
  }
}
