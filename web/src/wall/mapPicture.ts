/** The map as a picture for a report: what it shows, and below it of where, of when, and what the lights mean. */
import { t } from '@/i18n'
import { LIGHT_SHAPES } from '@/incident/lightShapes'
import { LIGHTS, type Light } from '@/incident/types'
import type { Pinned } from '@/map/AreaMap'
import { token } from '@/theme/token'
import { blobOf } from './saving'

/** Of the strip below the map; CSS pixels, as all here. */
const STRIP = 56
const MARGIN = 20
const SIGN = 16
const COLOURS: Record<Light, string> = { green: 'ok', yellow: 'warn', red: 'bad' }

export interface Caption {
  title: string
  when: string
  /** Whether incidents are on the map. */
  lights: boolean
}

/** `map`: a canvas that still holds what it drew, as within a render event. `pinned`: the rings that pulse over it. */
export function mapPicture(map: HTMLCanvasElement, pinned: readonly Pinned[], { title, when, lights }: Caption): Promise<Blob> {
  const ratio = map.width / (map.clientWidth || map.width)
  const canvas = document.createElement('canvas')
  canvas.width = map.width
  canvas.height = map.height + Math.round(STRIP * ratio)
  const pen = canvas.getContext('2d')
  if (!pen) return Promise.reject(new Error('no canvas'))
  pen.fillStyle = token('surface')
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.drawImage(map, 0, 0)
  pen.scale(ratio, ratio)
  for (const one of pinned) drawRing(pen, one)
  const [right, middle] = [canvas.width / ratio - MARGIN, map.height / ratio + STRIP / 2]
  pen.textBaseline = 'middle'
  const family = getComputedStyle(document.body).fontFamily
  pen.font = `600 20px ${family}`
  pen.fillStyle = token('text')
  pen.fillText(title, MARGIN, middle)
  pen.font = `14px ${family}`
  pen.fillStyle = token('text-soft')
  pen.textAlign = 'right'
  pen.fillText(when, right, middle)
  if (lights) drawLights(pen, right - pen.measureText(when).width - 2 * MARGIN, middle)
  return blobOf(canvas)
}

/** At its full size, as it stands where nothing is to move: a picture has no motion. */
function drawRing(pen: CanvasRenderingContext2D, { element, x, y }: Pinned): void {
  const { offsetWidth: across = 0, clientLeft: line = 0 } = (element.firstElementChild ?? {}) as Partial<HTMLElement>
  if (across <= line) return
  pen.strokeStyle = token('map-selected')
  pen.lineWidth = line
  pen.beginPath()
  pen.arc(x, y, (across - line) / 2, 0, 2 * Math.PI)
  pen.stroke()
}

/** From right to left, each by shape and colour as on the map. */
function drawLights(pen: CanvasRenderingContext2D, right: number, middle: number): void {
  let x = right
  for (const light of [...LIGHTS].reverse()) {
    const name = t(`inc.light.${light}`)
    pen.fillStyle = token('text')
    pen.fillText(name, x, middle)
    x -= pen.measureText(name).width + SIGN + 4
    const sign = new Path2D()
    sign.addPath(new Path2D(LIGHT_SHAPES[light]), new DOMMatrix().translate(x, middle - SIGN / 2))
    pen.fillStyle = token(COLOURS[light])
    pen.fill(sign)
    x -= MARGIN
  }
}
