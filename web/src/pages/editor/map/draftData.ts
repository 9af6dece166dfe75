/** The plan's grids as the map's sources want them. */
import type { Feature, FeatureCollection, Point } from 'geojson'
import { innerPoint } from '@/editor/geometry/polygons'
import { SHAPES, shortCode, titleOf } from '@/editor/load'
import type { Grid } from '@/editor/types'
import { t } from '@/i18n'

export const collection = <F extends Feature>(features: F[]): FeatureCollection => ({ type: 'FeatureCollection', features })

export function drawn(grid: Grid): Feature {
  const { code, kind, load } = grid.properties
  return { type: 'Feature', id: code, geometry: grid.geometry, properties: { code, kind, load } }
}

export function loadText({ properties }: Grid): string {
  if (properties.households === null) return ''
  const shape = properties.load ? `${SHAPES[properties.load]} ` : ''
  return `${shape}${t('load.households', { n: properties.households })}`
}

export function named(grid: Grid): Feature<Point> {
  const { code } = grid.properties
  return {
    type: 'Feature',
    id: code,
    geometry: { type: 'Point', coordinates: innerPoint(grid.geometry) },
    properties: { code, short: shortCode(code), title: titleOf(grid), load_text: loadText(grid) },
  }
}
