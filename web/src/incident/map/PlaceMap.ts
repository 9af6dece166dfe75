/**
 * The map of a place: the only module of the one-click page and the report form that touches MapLibre. It draws what
 * its sources are given and tells what was clicked. It knows nothing of incidents, forms or words.
 */
import { LngLatBounds, type GeoJSONSource, type Map as GlMap, type MapGeoJSONFeature, type PointLike, type StyleSpecification } from 'maplibre-gl'
import type { FeatureCollection } from 'geojson'
import { flatMap } from '@/map/flatMap'
import { keepFresh } from '@/map/refreshing'
import type { Position } from '../types'
import { theme } from '@/theme/theme'
import { GROUND, MARKS, drawMark, markName } from './marks'
import { OWN, TOUCHED, placeStyle, readPlaceTokens, type Own, type OwnData } from './placeStyle'

export interface Hovered {
  text: string
  x: number
  y: number
}

export interface PlaceMapListener {
  /** A thing around, by its key. */
  touched(key: string): void
  /** The bare ground. */
  ground(place: Position): void
  hovered(over: Hovered | null): void
  settled(): void
}

const EMPTY: FeatureCollection = { type: 'FeatureCollection', features: [] }
const PADDING = 70
const NEAREST_ZOOM = 17
const MOVE_MS = 600
/** Fingers are thicker than a mouse's tip. */
const REACH = 6

export class PlaceMap {
  readonly gl: GlMap
  private readonly data = Object.fromEntries(OWN.map((key) => [key, EMPTY])) as OwnData
  private readonly observer: ResizeObserver
  private readonly stopRefreshing: () => void

  constructor(container: HTMLElement, center: Position, zoom: number, private readonly listener: PlaceMapListener, uiScale: number) {
    this.gl = flatMap({ container, center, zoom, minZoom: 7, maxZoom: 20 }, uiScale)
    this.observer = new ResizeObserver(() => this.gl.resize())
    this.observer.observe(container)
    this.stopRefreshing = keepFresh(this.gl)
    this.listen()
  }

  private listen(): void {
    const { gl, listener } = this
    gl.on('styleimagemissing', ({ id }) => this.addMark(id))
    gl.on('style.load', () => this.addMarks())
    gl.on('mousemove', ({ point }) => {
      const found = this.at(point)
      gl.getCanvas().style.cursor = found ? 'pointer' : ''
      listener.hovered(found ? { text: String(found.properties.words ?? ''), x: point.x, y: point.y } : null)
    })
    gl.on('mouseout', () => listener.hovered(null))
    gl.on('click', ({ point, lngLat }) => {
      const found = this.at(point)
      if (found) listener.touched(String(found.properties.key))
      else listener.ground([lngLat.lng, lngLat.lat])
    })
    gl.on('idle', () => listener.settled())
  }

  /** Before they are asked for: a mark that comes late is not placed until its source is laid out again. */
  private addMarks(): void {
    Object.values(GROUND).forEach((name) => this.addMark(name))
    for (const kind of MARKS) this.addMark(markName(kind, theme.value))
    for (const key of OWN) this.gl.getSource<GeoJSONSource>(key)?.setData(this.data[key])
  }

  private addMark(name: string): void {
    const mark = drawMark(name, 2)
    if (mark && !this.gl.hasImage(name)) this.gl.addImage(name, mark.image, { pixelRatio: mark.ratio })
  }

  private at({ x, y }: { x: number; y: number }): MapGeoJSONFeature | null {
    const layers = TOUCHED.filter((id) => this.gl.getLayer(id))
    if (!layers.length) return null
    const box: [PointLike, PointLike] = [[x - REACH, y - REACH], [x + REACH, y + REACH]]
    const found = this.gl.queryRenderedFeatures(box, { layers: [...layers] })
    const rank = (feature: MapGeoJSONFeature): number => layers.indexOf(feature.layer.id as (typeof TOUCHED)[number])
    return found.sort((a, b) => rank(a) - rank(b))[0] ?? null
  }

  draw(style: StyleSpecification): void {
    this.gl.setStyle(placeStyle(style, this.data, readPlaceTokens()))
    this.gl.once('idle', () => this.addMarks())
  }

  set(source: Own, shapes: FeatureCollection): void {
    this.data[source] = shapes
    this.gl.getSource<GeoJSONSource>(source)?.setData(shapes)
  }

  /** Brings all the places into the picture, moving only if one is not in it. */
  show(places: readonly Position[], force = false): void {
    const bounds = places.reduce((box, place) => box.extend(place), new LngLatBounds())
    if (bounds.isEmpty()) return
    const seen = this.gl.getBounds()
    if (!force && places.every((place) => seen.contains(place))) return
    this.gl.fitBounds(bounds, { padding: PADDING, maxZoom: Math.max(this.gl.getZoom(), NEAREST_ZOOM), duration: MOVE_MS })
  }

  goTo(center: Position, zoom: number): void {
    this.gl.easeTo({ center, zoom, duration: MOVE_MS })
  }

  zoomBy(step: number): void {
    this.gl.easeTo({ zoom: this.gl.getZoom() + step, duration: 300 })
  }

  describe(label: string): void {
    this.gl.getCanvas().setAttribute('aria-label', label)
  }

  setScale(uiScale: number): void {
    this.gl.setPixelRatio(window.devicePixelRatio * uiScale)
  }

  destroy(): void {
    this.stopRefreshing()
    this.observer.disconnect()
    this.gl.remove()
  }
}
