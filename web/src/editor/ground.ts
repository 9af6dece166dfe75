/** Streets, shores and buildings of the neighbourhood, fetched cell by cell as they come into sight, each once. */
import type { Position } from 'geojson'
import type { Box } from '@/api/types'
import { getBuildings, getSnapLines, type SnapLine } from './api'
import { BuildingCounts } from './buildings'
import { LineIndex } from './snapping/LineIndex'

const WATER = new Set(['river', 'lake', 'canal', 'pond', 'moat'])

/** Fetches the square cells of `size` degrees that a box touches, each once; a cell that failed is tried again. */
export class Cells {
  private readonly known = new Map<string, Promise<void>>()
  private readonly here = new Set<string>()

  constructor(
    private readonly size: number,
    private readonly fetch: (box: Box) => Promise<void>,
  ) {}

  async ensure(box: Box): Promise<void> {
    await Promise.all([...this.touched(box)].map(([x, y]) => this.cell(x, y)))
  }

  /** Whether every cell of the box has come. */
  has(box: Box): boolean {
    return [...this.touched(box)].every(([x, y]) => this.here.has(`${x},${y}`))
  }

  private *touched([west, south, east, north]: Box): Generator<[number, number]> {
    const { size } = this
    for (let x = Math.floor(west / size); x <= Math.floor(east / size); x += 1) {
      for (let y = Math.floor(south / size); y <= Math.floor(north / size); y += 1) yield [x, y]
    }
  }

  private cell(x: number, y: number): Promise<void> {
    const key = `${x},${y}`
    const known = this.known.get(key)
    if (known) return known
    const round = (value: number): number => Number((value * this.size).toFixed(6))
    const coming = this.fetch([round(x), round(y), round(x + 1), round(y + 1)]).then(
      () => void this.here.add(key),
      (reason: unknown) => {
        this.known.delete(key)
        throw reason
      },
    )
    this.known.set(key, coming)
    return coming
  }
}

const LINE_CELL = 0.04
const BUILDING_CELL = 0.02

export class Ground {
  readonly lines = new LineIndex()
  readonly buildings = new BuildingCounts()
  private readonly lineCells: Cells
  private readonly buildingCells: Cells

  constructor(plan: number) {
    this.lineCells = new Cells(LINE_CELL, async (box) => this.takeLines(await getSnapLines(box)))
    this.buildingCells = new Cells(BUILDING_CELL, async (box) => this.buildings.take((await getBuildings(plan, box)).buildings))
  }

  /** Resolves when the streets and shores of the box are there; without a connection with what there is. */
  ensureLines(box: Box): Promise<void> {
    return this.lineCells.ensure(box).catch(() => undefined)
  }

  /** Resolves to whether every building of the box is known. */
  ensureBuildings(box: Box): Promise<boolean> {
    return this.buildingCells.ensure(box).then(
      () => true,
      () => false,
    )
  }

  hasBuildings(box: Box): boolean {
    return this.buildingCells.has(box)
  }

  private takeLines({ classes, lines }: { classes: string[]; lines: SnapLine[] }): void {
    for (const [id, kind, name, points] of lines) {
      if (this.lines.has(id)) continue
      this.lines.add(id, WATER.has(classes[kind]!) ? 'shore' : 'street', name, [positions(points)])
    }
  }
}

function positions(flat: number[]): Position[] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!])
}
