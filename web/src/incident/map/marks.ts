/**
 * Marks that are drawn, not written: the pin of the place, and open incidents by their light, each light with a shape of
 * its own so that no colour stands alone. A mark's name says which and in which theme: `pin.light`, `red.dark`.
 */

const SIZE = 22
const PIN = { width: 30, height: 40 }

export const MARKS = ['pin', 'green', 'yellow', 'red'] as const

/** The ground that a mark takes, without a picture: of a dot, and of a ring with its sign. */
export const GROUND = { dot: 'blank.12', ring: 'blank.28' } as const

export const markName = (kind: string, theme: string): string => `${kind}.${theme}`

const COLOURS: Record<string, string> = { green: '--ok', yellow: '--warn', red: '--bad' }

function outline(kind: string, at: CanvasRenderingContext2D): void {
  const [middle, r] = [SIZE / 2, SIZE / 2 - 2.5]
  at.beginPath()
  if (kind === 'red') {
    at.moveTo(middle, 2)
    at.lineTo(SIZE - 1.5, SIZE - 3)
    at.lineTo(1.5, SIZE - 3)
  } else if (kind === 'yellow') {
    at.moveTo(middle, 1.5)
    at.lineTo(SIZE - 1.5, middle)
    at.lineTo(middle, SIZE - 1.5)
    at.lineTo(1.5, middle)
  } else at.arc(middle, middle, r, 0, 2 * Math.PI)
  at.closePath()
}

function pinOutline(at: CanvasRenderingContext2D): void {
  at.beginPath()
  at.arc(15, 14, 11.5, Math.PI * 0.85, Math.PI * 2.15)
  at.lineTo(15, 38)
  at.closePath()
}

/** The picture of a mark at `ratio` pixels to a pixel of the page; null for a name that is none. */
export function drawMark(name: string, ratio: number): { image: ImageData; ratio: number } | null {
  const [kind = '', size] = name.split('.')
  if (kind === 'blank') return { image: new ImageData(Number(size) * ratio, Number(size) * ratio), ratio }
  const isPin = kind === 'pin'
  if (!isPin && !(kind in COLOURS)) return null
  const { width, height } = isPin ? PIN : { width: SIZE, height: SIZE }
  const canvas = document.createElement('canvas')
  canvas.width = width * ratio
  canvas.height = height * ratio
  const at = canvas.getContext('2d')!
  const token = (css: string): string => getComputedStyle(document.documentElement).getPropertyValue(css).trim()
  at.scale(ratio, ratio)
  at.lineJoin = 'round'
  at.lineWidth = 2
  at.fillStyle = token(isPin ? '--map-selected' : COLOURS[kind]!)
  at.strokeStyle = token('--map-halo')
  if (isPin) pinOutline(at)
  else outline(kind, at)
  at.fill()
  at.stroke()
  if (isPin) {
    at.beginPath()
    at.arc(15, 14, 4.5, 0, 2 * Math.PI)
    at.fillStyle = token('--map-halo')
    at.fill()
  }
  return { image: at.getImageData(0, 0, canvas.width, canvas.height), ratio }
}
