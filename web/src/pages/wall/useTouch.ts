/** Tells once that somebody has touched keyboard, mouse, wheel or screen; the touch itself does nothing else. */

/** A hand that lets go of the mouse, or a shaken desk, is no touch. */
const SETTLE_MS = 1200
const SHAKE_PX = 12
/** A click follows its press within this time. */
const CLICK_MS = 600
const KINDS = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const

/** Listens until it has happened, or until the returned function is called. */
export function onTouch(touched: () => void): () => void {
  const since = performance.now()
  let from: { x: number; y: number } | null = null

  function isShake({ clientX: x, clientY: y }: PointerEvent): boolean {
    from = performance.now() - since < SETTLE_MS ? { x, y } : (from ?? { x, y })
    return Math.hypot(x - from.x, y - from.y) < SHAKE_PX
  }

  function heard(event: Event): void {
    if (event.type === 'pointermove' && isShake(event as PointerEvent)) return
    event.stopPropagation()
    if (event.cancelable && event.type !== 'wheel') event.preventDefault()
    if (event.type === 'pointerdown') swallowClick()
    touched()
  }

  const off = (): void => KINDS.forEach((kind) => window.removeEventListener(kind, heard, { capture: true }))
  KINDS.forEach((kind) => window.addEventListener(kind, heard, { capture: true }))
  return off
}

function swallowClick(): void {
  const swallow = (event: Event): void => event.stopPropagation()
  window.addEventListener('click', swallow, { capture: true, once: true })
  window.setTimeout(() => window.removeEventListener('click', swallow, { capture: true }), CLICK_MS)
}
