/** The hatching of ground that differs from the live coverage, painted once per theme. */
const SIZE = 24
const STEP = 12

/** Slanting lines in `colour` on nothing, joining at the edges. */
export function hatchImage(colour: string): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = SIZE
  const pen = canvas.getContext('2d')!
  pen.strokeStyle = colour
  pen.lineWidth = 2.5
  for (let at = -SIZE; at <= SIZE * 2; at += STEP) {
    pen.beginPath()
    pen.moveTo(at, SIZE + 2)
    pen.lineTo(at + SIZE + 4, -2)
    pen.stroke()
  }
  return pen.getImageData(0, 0, SIZE, SIZE)
}
