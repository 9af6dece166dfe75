/** The live coverage in a map of its own that moves with the editor's, for the left half of a swipe. */
import { Map as GlMap, type StyleSpecification } from 'maplibre-gl'
import type { EditorMap } from './EditorMap'

export class SwipeMap {
  private readonly gl: GlMap

  constructor(
    container: HTMLElement,
    private readonly other: EditorMap,
    style: StyleSpecification,
    uiScale: number,
  ) {
    const { center, zoom } = other.camera()
    this.gl = new GlMap({
      container,
      style,
      center,
      zoom,
      interactive: false,
      attributionControl: false,
      fadeDuration: 0,
      pixelRatio: window.devicePixelRatio * uiScale,
    })
    this.gl.getCanvas().setAttribute('aria-hidden', 'true')
    other.gl.on('move', this.follow)
    other.gl.on('resize', this.resize)
  }

  private readonly follow = (): void => {
    const { center, zoom } = this.other.camera()
    this.gl.jumpTo({ center, zoom })
  }

  private readonly resize = (): void => void this.gl.resize()

  destroy(): void {
    this.other.gl.off('move', this.follow)
    this.other.gl.off('resize', this.resize)
    this.gl.remove()
  }
}
