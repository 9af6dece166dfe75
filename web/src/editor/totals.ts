/** What grids would come to: figures of changed outlines, reckoned at the speed of the hand. */
import type { MultiPolygon, Position } from 'geojson'
import { plus, type BuildingCounts, type Counts } from './buildings'
import { planarArea, ringsOf } from './geometry/polygons'
import { planeAt, ringArea } from './geometry/plane'
import type { Figures } from './live'
import { loadOf, titleOf } from './load'
import type { Band, Grid } from './types'

/** The counts of a grid as the server has them. */
const countsOf = ({ properties: p }: Grid): Counts => ({
  households: p.households ?? 0,
  residents: p.residents ?? 0,
  buildings: p.buildings ?? 0,
})

export function figures(grid: Grid, counts: Counts, area_m2: number, band: Band, title = titleOf(grid)): Figures {
  const { code, kind, households } = grid.properties
  return { code, title, kind, ...counts, area_m2, load: loadOf(counts.households, kind, band), change: counts.households - (households ?? 0) }
}

/** A grid with another outline. The area is the server's, scaled: the plane's own error cancels out. */
export function reshaped(grid: Grid, geometry: MultiPolygon, buildings: BuildingCounts, band: Band): Figures {
  const scale = grid.properties.area_m2 / (planarArea(grid.geometry) || 1)
  return figures(grid, buildings.within(ringsOf(geometry)), planarArea(geometry) * scale, band)
}

/** Pieces of one grid, each a ring of its shell; the largest keeps the code. */
export function pieces(grid: Grid, rings: Position[][], buildings: BuildingCounts, band: Band, newTitle: string): Figures[] {
  const plane = planeAt(rings[0]![0]![1]!)
  const own = ringsOf(grid.geometry)
  const sized = rings.map((ring) => ({ ring, area: ringArea(ring, plane) })).sort((a, b) => b.area - a.area)
  return sized.map(({ ring, area }, at) => {
    const made = figures(grid, buildings.within([ring], own), area, band, at === 0 ? titleOf(grid) : newTitle)
    return at === 0 ? made : { ...made, code: '', change: made.households }
  })
}

/** Ground going from one grid to another: `piece` as closed ring. Only what the giver has of it goes. */
export function handedOver(giver: Grid, taker: Grid, piece: Position[], buildings: BuildingCounts, band: Band): Figures[] {
  const moving = buildings.within([piece], ringsOf(giver.geometry))
  const area = Math.min(giver.properties.area_m2, ringArea(piece, planeAt(piece[0]![1]!)))
  return [
    figures(giver, plus(countsOf(giver), moving, -1), giver.properties.area_m2 - area, band),
    figures(taker, plus(countsOf(taker), moving), taker.properties.area_m2 + area, band),
  ]
}

export function united(grids: Grid[], band: Band): Figures[] {
  const [first] = grids
  if (!first) return []
  const counts = grids.map(countsOf).reduce((a, b) => plus(a, b))
  const area = grids.reduce((sum, grid) => sum + grid.properties.area_m2, 0)
  return [{ ...figures(first, counts, area, band, grids.map(titleOf).join(' + ')), change: 0 }]
}
