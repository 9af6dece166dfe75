/**
 * The map of areas: the only module that touches MapLibre. It shows a composed style, tells which area is
 * under the pointer or clicked, and marks what it is told to mark. It knows nothing of cards, URLs or words.
 */
import {
  type GeoJSONSource,
  type Map as GlMap,
  type MapGeoJSONFeature,
  Marker,
  type MapMouseEvent,
  type PointLike,
  type StyleSpecification,
} from 'maplibre-gl'
import type { FeatureCollection } from 'geojson'
import type { Box } from '@/api/types'
import { boxWithMarks, cameraFor, type Camera, type Framed } from './camera'
import { hitLayerId } from './composeStyle'
import { flatMap } from './flatMap'
import { keepFresh } from './refreshing'
import { tierBands, type TierBand } from './tiers'

export type { Camera }

export interface MapListener {
  cameraMoved(camera: Camera): void
  pointerAt(position: [number, number] | null): void
  hovered(area: HoveredArea | null): void
  clicked(code: string | null): void
  /** Asked before `clicked`, with everything drawn under the pointer; true keeps the click from meaning an area. */
  pressed?(place: [lon: number, lat: number], features: MapGeoJSONFeature[]): boolean
  /** The camera has come to rest, with the box that is in the picture. */
  rested?(box: Box): void
  /** A tile or the style did not come; `lostServer` when no answer came at all, or a server error. */
  failed(lostServer: boolean): void
  /** Something of the ground is there to see. */
  drawn(): void
  /** Everything in the picture has come. */
  settled(): void
}

export interface HoveredArea {
  code: string
  name: string
  point: { x: number; y: number }
}

/** A page element on the map, and where on the canvas its middle is, in CSS pixels. */
export interface Pinned {
  element: HTMLElement
  x: number
  y: number
}

const FIT_PADDING = 48
const FIT_MAX_ZOOM = 17
const EDGE = 24
const GLIDE_MS = 1500
/** Half the side of the square, in pixels, in which a click finds something. */
const REACH = 4

function lostServer(error: object): boolean {
  const status = 'status' in error ? Number(error.status) : null
  return status === 0 || (status ?? 0) >= 500 || error instanceof TypeError
}

export class AreaMap {
  private readonly map: GlMap
  private bands: TierBand[] = []
  private marked: { source: string; sourceLayer?: string; id: string } | null = null
  private readonly observer: ResizeObserver
  private readonly stopRefreshing: () => void
  private centreX: number
  private size: string
  /** What the picture is to hold whole while nobody has moved it, however much room the panels leave. */
  private framed: Framed | null
  private readonly pins = new Set<Marker>()

  constructor(
    private readonly container: HTMLElement,
    start: Camera,
    private readonly listener: MapListener,
    private uiScale: number,
    framed: Framed | null = null,
  ) {
    this.framed = framed
    // Marks may have come since `start` was reckoned.
    const { center, zoom } = framed ? this.cameraOf(framed) : start
    this.map = flatMap({ container, center, zoom, minZoom: 5, maxZoom: 20, fadeDuration: 120 }, uiScale)
    this.centreX = this.middle()
    this.size = `${container.clientWidth} ${container.clientHeight}`
    this.observer = new ResizeObserver(() => this.fitContainer())
    this.observer.observe(container)
    this.stopRefreshing = keepFresh(this.map)
    this.listen()
  }

  private listen(): void {
    const { map, listener } = this
    map.on('move', () => listener.cameraMoved(this.camera()))
    // Only what a person does has one.
    map.on('movestart', (event) => 'originalEvent' in event && event.originalEvent && this.release())
    map.on('mousemove', (event) => this.pointed(event))
    map.on('mouseout', () => this.left())
    map.on('click', (event) => this.clicked(event))
    for (const kind of ['load', 'moveend', 'resize'] as const) map.on(kind, () => listener.rested?.(this.box()))
    map.on('sourcedata', ({ tile }) => tile && listener.drawn())
    map.on('idle', () => listener.settled())
    map.on('error', ({ error }) => listener.failed(lostServer(error)))
  }

  /** Whether the container has another size than the map. To resize empties the canvas: the caller draws before it is seen. */
  private resized(): boolean {
    const { clientWidth, clientHeight } = this.container
    const size = `${clientWidth} ${clientHeight}`
    if (size === this.size) return false
    this.size = size
    this.map.resize()
    return true
  }

  private middle(): number {
    const box = this.container.getBoundingClientRect()
    return (box.left + box.width / 2) / this.uiScale
  }

  /** When a panel opens beside the map: what is framed stays whole, else the ground stays where it is on the screen. */
  private fitContainer(): void {
    const middle = this.middle()
    const shift = middle - this.centreX
    this.centreX = middle
    const resized = this.resized()
    if (this.framed && resized) this.frame(this.framed, 0)
    else if (!this.framed && Math.abs(shift) > 0.5) this.map.panBy([shift, 0], { animate: false })
    if (resized) this.map.redraw()
  }

  /** Shows anew what is framed: there may be other marks. */
  reframe(): void {
    if (this.framed) this.frame(this.framed, 500)
  }

  private cameraOf(framed: Framed): Camera {
    const { clientWidth, clientHeight } = this.container
    return cameraFor(boxWithMarks(framed, clientWidth, clientHeight), clientWidth, clientHeight)
  }

  private frame(framed: Framed, duration: number): void {
    const { clientWidth, clientHeight } = this.container
    this.map.fitBounds(boxWithMarks(framed, clientWidth, clientHeight), { padding: FIT_PADDING, maxZoom: FIT_MAX_ZOOM, duration })
  }

  /** From here on the ground stays, whatever opens beside the map. */
  release(): void {
    this.framed = null
  }

  private pointed(event: MapMouseEvent): void {
    const area = this.areaAt(event.point)
    this.map.getCanvas().style.cursor = area ? 'pointer' : ''
    this.listener.pointerAt([event.lngLat.lng, event.lngLat.lat])
    this.listener.hovered(area ? { ...area, point: { x: event.point.x, y: event.point.y } } : null)
  }

  private clicked(event: MapMouseEvent): void {
    const around: [PointLike, PointLike] = [
      [event.point.x - REACH, event.point.y - REACH],
      [event.point.x + REACH, event.point.y + REACH],
    ]
    const place: [number, number] = [event.lngLat.lng, event.lngLat.lat]
    if (this.listener.pressed?.(place, this.map.queryRenderedFeatures(around))) return
    this.listener.clicked(this.areaAt(event.point)?.code ?? null)
  }

  private left(): void {
    this.listener.pointerAt(null)
    this.listener.hovered(null)
  }

  private areaAt(point: PointLike): { code: string; name: string } | null {
    const layers = this.bands.map((band) => hitLayerId(band.key)).filter((id) => this.map.getLayer(id))
    const found = layers.length ? this.map.queryRenderedFeatures(point, { layers }) : []
    const order = (source: string): number => this.bands.findIndex((band) => band.key === source)
    const finest = found.sort((a, b) => order(a.source) - order(b.source))[0]
    if (!finest) return null
    return { code: String(finest.properties.code), name: String(finest.properties.name ?? '') }
  }

  camera(): Camera {
    const { lng, lat } = this.map.getCenter()
    return { center: [lng, lat], zoom: this.map.getZoom() }
  }

  draw(style: StyleSpecification): void {
    this.bands = tierBands(style)
    this.map.setStyle(style, { diff: true })
  }

  setData(source: string, data: FeatureCollection): void {
    this.map.getSource<GeoJSONSource>(source)?.setData(data)
  }

  box(): Box {
    return this.map.getBounds().toArray().flat() as Box
  }

  /** Puts a page element at a place; the answer takes it away again. */
  pin(element: HTMLElement, place: [number, number]): () => void {
    const marker = new Marker({ element }).setLngLat(place).addTo(this.map)
    this.pins.add(marker)
    return () => {
      this.pins.delete(marker)
      marker.remove()
    }
  }

  private pinned(): Pinned[] {
    return [...this.pins].map((marker) => {
      const { x, y } = this.map.project(marker.getLngLat())
      return { element: marker.getElement(), x, y }
    })
  }

  /** Goes in until the cluster of `source` falls apart. */
  async open(source: string, cluster: number, place: [number, number]): Promise<void> {
    const zoom = await this.map.getSource<GeoJSONSource>(source)?.getClusterExpansionZoom(cluster)
    this.release()
    if (zoom !== undefined) this.map.easeTo({ center: place, zoom: zoom + 0.2, duration: 500 })
  }

  fly(place: [number, number], zoom: number): void {
    this.release()
    this.map.easeTo({ center: place, zoom: Math.max(zoom, this.map.getZoom()), duration: 500 })
  }

  /** A cross while a tool waits for places, the usual hand otherwise. */
  aim(on: boolean): void {
    this.container.classList.toggle('aiming', on)
    if (on) this.map.doubleClickZoom.disable()
    else this.map.doubleClickZoom.enable()
  }

  /** Marks the area with `code` as pointed at, wherever its tier is drawn now. */
  mark(code: string | null): void {
    if (this.marked?.id === code) return
    if (this.marked && this.map.getSource(this.marked.source)) this.map.setFeatureState(this.marked, { hover: false })
    this.marked = null
    if (code === null) return
    for (const { key } of this.bands) this.markIn(key, code)
  }

  private markIn(key: string, id: string): void {
    const layer = this.map.getLayer(hitLayerId(key))
    if (!layer || !this.map.getSource(key)) return
    const target = { source: key, ...(layer.sourceLayer ? { sourceLayer: layer.sourceLayer } : {}), id }
    const known = this.map.querySourceFeatures(key, {
      ...(layer.sourceLayer ? { sourceLayer: layer.sourceLayer } : {}),
      filter: ['==', ['get', 'code'], id],
    })
    if (!known.length) return
    this.map.setFeatureState(target, { hover: true })
    this.marked = target
  }

  /** Brings `box` into the picture, with the marks that its edge would cut; without `force` only when it is not all in it already. */
  show(box: Box, force = true, marks: Framed['marks'] = () => []): void {
    this.fitContainer()
    if (!force && this.holds(box)) return
    this.framed = { box, marks }
    this.frame(this.framed, 500)
  }

  private holds([west, south, east, north]: Box): boolean {
    const { clientWidth, clientHeight } = this.container
    const inside = ({ x, y }: { x: number; y: number }): boolean =>
      x > EDGE && y > EDGE && x < clientWidth - EDGE && y < clientHeight - EDGE
    return inside(this.map.project([west, south])) && inside(this.map.project([east, north]))
  }

  /** Takes up `camera`, in the container as it is now: what a panel took away is no shift to make up for. */
  jump(camera: Camera): void {
    this.release()
    this.fitContainer()
    this.map.jumpTo(camera)
  }

  /** Travels to `camera` while somebody looks on; jumps for who wants no motion. */
  glide(camera: Camera): void {
    this.fitContainer()
    this.map.flyTo({ ...camera, duration: GLIDE_MS })
  }

  zoomTo(zoom: number): void {
    this.release()
    this.map.easeTo({ zoom, duration: 350 })
  }

  zoomBy(step: number): void {
    this.zoomTo(this.map.getZoom() + step)
  }

  /** Gives `take` the canvas while it holds what the map shows now: only within the frame that drew it; and what is pinned over it. */
  picture<Made>(take: (canvas: HTMLCanvasElement, pinned: Pinned[]) => Promise<Made>): Promise<Made> {
    return new Promise((done, failed) => {
      this.map.once('render', () => take(this.map.getCanvas(), this.pinned()).then(done, failed))
      this.map.triggerRepaint()
    })
  }

  describe(label: string): void {
    this.map.getCanvas().setAttribute('aria-label', label)
  }

  setScale(uiScale: number): void {
    this.uiScale = uiScale
    this.map.setPixelRatio(window.devicePixelRatio * uiScale)
    this.map.redraw()
    this.centreX = this.middle()
  }

  destroy(): void {
    this.stopRefreshing()
    this.observer.disconnect()
    this.map.remove()
  }
}
