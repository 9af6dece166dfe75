/** Which grid holds a place, or stands at a vertex: looked up in the stored coordinates, not in what is drawn. */
import type { Position } from 'geojson'
import type { Box } from '@/api/types'
import { boxOf, holds, ringsOf } from './geometry/polygons'
import type { Grid } from './types'

interface Entry {
  grid: Grid
  rings: Position[][]
  box: Box
}

export class GridIndex {
  private readonly entries = new Map<string, Entry>()

  take(changed: Iterable<Grid>, removed: Iterable<string>): void {
    for (const code of removed) this.entries.delete(code)
    for (const grid of changed) {
      const rings = ringsOf(grid.geometry)
      this.entries.set(grid.properties.code, { grid, rings, box: boxOf(rings) })
    }
  }

  clear(): void {
    this.entries.clear()
  }

  box(code: string): Box | null {
    return this.entries.get(code)?.box ?? null
  }

  rings(code: string): Position[][] {
    return this.entries.get(code)?.rings ?? []
  }

  at([x, y]: Position): Grid | null {
    for (const { grid, rings, box } of this.entries.values()) {
      const near = x! >= box[0] && x! <= box[2] && y! >= box[1] && y! <= box[3]
      if (near && holds(rings, x!, y!)) return grid
    }
    return null
  }

  /** Grids whose box meets `box`. */
  near(box: Box): Grid[] {
    const found: Grid[] = []
    for (const entry of this.entries.values()) {
      const own = entry.box
      if (own[0] <= box[2] && own[2] >= box[0] && own[1] <= box[3] && own[3] >= box[1]) found.push(entry.grid)
    }
    return found
  }
}
