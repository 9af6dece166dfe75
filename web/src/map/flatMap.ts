/** A MapLibre map as all our pages have it: seen from above, north up, drawn sharp at the screen's scale. */
import { Map as GlMap, setWorkerUrl, type MapOptions } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'

setWorkerUrl(workerUrl)

export function flatMap(options: MapOptions, uiScale: number): GlMap {
  const map = new GlMap({
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    maxPitch: 0,
    trackResize: false,
    fadeDuration: 0,
    pixelRatio: window.devicePixelRatio * uiScale,
    ...options,
  })
  map.touchZoomRotate.disableRotation()
  map.keyboard.disableRotation()
  return map
}
