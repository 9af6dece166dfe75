/**
 * The editor's map: the only module of the editor that touches MapLibre. It draws what its sources are given,
 * and tells where the pointer is and what it does. It knows nothing of plans, tools or words.
 */
import type { GeoJSONSource, Map as GlMap, MapMouseEvent, StyleSpecification } from 'maplibre-gl'
import type { Feature, FeatureCollection, Position } from 'geojson'
import type { Box } from '@/api/types'
import type { Camera } from '@/map/AreaMap'
import { flatMap } from '@/map/flatMap'
import { keepFresh } from '@/map/refreshing'
import { OWN_SOURCES, type OwnSource } from './editorStyle'
import { hatchImage } from './hatch'
import { HATCH } from './editLayers'

export interface Pointer {
  /** Pixels of the map. */
  point: { x: number; y: number }
  place: Position
  shift: boolean
  alt: boolean
  ctrl: boolean
}

export interface EditorMapListener {
  cameraMoved(camera: Camera): void
  pointed(pointer: Pointer | null): void
  /** Whether the press begins a drag of the tool's own; otherwise the map pans. */
  pressed(pointer: Pointer): boolean
  dragged(pointer: Pointer): void
  released(pointer: Pointer): void
  clicked(pointer: Pointer): void
  doubled(pointer: Pointer): void
  settled(): void
}

const FIT_PADDING = 64
const FIT_MAX_ZOOM = 17.5
const PAN_PIXELS = 120
const EMPTY: FeatureCollection = { type: 'FeatureCollection', features: [] }

export class EditorMap {
  readonly gl: GlMap
  readonly data = new Map<OwnSource, FeatureCollection>(OWN_SOURCES.map((key) => [key, EMPTY]))
  private readonly observer: ResizeObserver
  private readonly stopRefreshing: () => void
  private readonly dirty = new Set<OwnSource>()
  /** The codes in a source that follows the hand; as long as they stay, it is told alone that they have moved. */
  private readonly shown = new Map<OwnSource, string>()
  private readonly states = new Map<string, Record<string, boolean>>()
  private dragging = false
  private frame = 0

  constructor(
    container: HTMLElement,
    start: Camera,
    private readonly listener: EditorMapListener,
    private readonly hatchColour: () => string,
    uiScale: number,
  ) {
    this.gl = flatMap(
      {
        container,
        center: start.center,
        zoom: start.zoom,
        minZoom: 8,
        maxZoom: 21,
        boxZoom: false,
        doubleClickZoom: false,
        keyboard: false,
      },
      uiScale,
    )
    this.observer = new ResizeObserver(() => this.gl.resize())
    this.observer.observe(container)
    this.stopRefreshing = keepFresh(this.gl)
    this.listen()
  }

  private listen(): void {
    const { gl, listener } = this
    gl.on('move', () => listener.cameraMoved(this.camera()))
    gl.on('mousemove', (event) => this.moved(event))
    gl.on('mouseout', () => this.dragging || listener.pointed(null))
    gl.on('mousedown', (event) => this.pressed(event))
    gl.on('mouseup', (event) => this.released(event))
    gl.on('click', (event) => listener.clicked(pointerOf(event)))
    gl.on('dblclick', (event) => listener.doubled(pointerOf(event)))
    gl.on('idle', () => listener.settled())
    gl.setMissingStyleImageResolver((id) => void (id === HATCH && this.giveHatch()))
    gl.on('error', () => undefined)
  }

  private moved(event: MapMouseEvent): void {
    if (this.dragging) this.listener.dragged(pointerOf(event))
    else this.listener.pointed(pointerOf(event))
  }

  private pressed(event: MapMouseEvent): void {
    if (event.originalEvent.button !== 0 || !this.listener.pressed(pointerOf(event))) return
    event.preventDefault()
    this.dragging = true
  }

  private released(event: MapMouseEvent): void {
    if (!this.dragging) return
    this.dragging = false
    this.listener.released(pointerOf(event))
  }

  /** The tool has given up its drag: what the pointer still does belongs to nobody. */
  stopDrag(): void {
    this.dragging = false
  }

  private giveHatch(): void {
    if (!this.gl.hasImage(HATCH)) this.gl.addImage(HATCH, hatchImage(this.hatchColour()), { pixelRatio: 2 })
  }

  draw(style: StyleSpecification): void {
    this.dirty.clear()
    this.shown.clear()
    if (this.gl.style && this.gl.hasImage(HATCH)) this.gl.removeImage(HATCH)
    this.gl.setStyle(style, { diff: true })
    this.gl.once('idle', () => this.remark())
  }

  /** Shows `data` at the next frame. */
  set(source: OwnSource, data: FeatureCollection): void {
    this.data.set(source, data)
    this.dirty.add(source)
    this.frame ||= requestAnimationFrame(() => this.flush())
  }

  private flush(): void {
    this.frame = 0
    for (const key of this.dirty) {
      const source = this.gl.getSource<GeoJSONSource>(key)
      if (!source) continue
      this.give(key, source, this.data.get(key)!)
      this.dirty.delete(key)
    }
  }

  /** Of what follows the hand, only the tiles that it is in are made anew. */
  private give(key: OwnSource, source: GeoJSONSource, data: FeatureCollection): void {
    const codes = key === 'live' ? data.features.map(({ properties }) => String(properties?.code)).join() : ''
    if (codes && this.shown.get(key) === codes) return void source.updateData({ add: data.features })
    this.shown.set(key, codes)
    void source.setData(data)
  }

  /** Changes some features of a keyed source, so that 600 grids are not cut into tiles anew for one. */
  update(source: 'draft' | 'names', all: FeatureCollection, changed: Feature[], removed: string[]): void {
    const before = this.data.get(source)
    this.data.set(source, all)
    const shown = this.gl.getSource<GeoJSONSource>(source)
    if (!shown || !before?.features.length || this.dirty.has(source)) return this.set(source, all)
    void shown.updateData({ add: changed, remove: removed })
  }

  /** Sets a feature state of the grid `code` on the draft and its names. */
  mark(code: string, key: 'hover' | 'selected' | 'edited', on: boolean): void {
    const state = { ...this.states.get(code), [key]: on }
    this.states.set(code, state)
    for (const source of ['draft', 'names'] as const) {
      if (this.gl.getSource(source)) this.gl.setFeatureState({ source, id: code }, { [key]: on })
    }
  }

  /** A new style forgets the states of its sources. */
  private remark(): void {
    for (const [code, state] of this.states) {
      for (const source of ['draft', 'names'] as const) this.gl.setFeatureState({ source, id: code }, state)
    }
  }

  camera(): Camera {
    const { lng, lat } = this.gl.getCenter()
    return { center: [lng, lat], zoom: this.gl.getZoom() }
  }

  bounds(): Box {
    const bounds = this.gl.getBounds()
    return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]
  }

  project(place: Position): { x: number; y: number } {
    const { x, y } = this.gl.project(place as [number, number])
    return { x, y }
  }

  /** The pointer as if it stood in the middle of the map, for those who have none. */
  middle(): Pointer {
    const { clientWidth, clientHeight } = this.gl.getContainer()
    const { lng, lat } = this.gl.getCenter()
    return { point: { x: clientWidth / 2, y: clientHeight / 2 }, place: [lng, lat], shift: false, alt: false, ctrl: false }
  }

  degreesPerPixel(): number {
    return 360 / (512 * 2 ** this.gl.getZoom())
  }

  show(box: Box, animate = true): void {
    this.gl.fitBounds(box, { padding: FIT_PADDING, maxZoom: FIT_MAX_ZOOM, duration: animate ? 400 : 0 })
  }

  holds(box: Box): boolean {
    const [west, south, east, north] = this.bounds()
    return box[0] >= west && box[1] >= south && box[2] <= east && box[3] <= north
  }

  zoomBy(step: number): void {
    this.gl.easeTo({ zoom: this.gl.getZoom() + step, duration: 200 })
  }

  pan(right: number, down: number): void {
    this.gl.panBy([right * PAN_PIXELS, down * PAN_PIXELS], { duration: 150 })
  }

  cursor(name: string): void {
    this.gl.getCanvas().style.cursor = name
  }

  describe(label: string): void {
    this.gl.getCanvas().setAttribute('aria-label', label)
  }

  setScale(uiScale: number): void {
    this.gl.setPixelRatio(window.devicePixelRatio * uiScale)
  }

  destroy(): void {
    this.stopRefreshing()
    cancelAnimationFrame(this.frame)
    this.observer.disconnect()
    this.gl.remove()
  }
}

function pointerOf(event: MapMouseEvent): Pointer {
  const { shiftKey, altKey, ctrlKey, metaKey } = event.originalEvent
  const { x, y } = event.point
  return { point: { x, y }, place: [event.lngLat.lng, event.lngLat.lat], shift: shiftKey, alt: altKey, ctrl: ctrlKey || metaKey }
}
