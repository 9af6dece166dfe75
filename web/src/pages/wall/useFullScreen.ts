/** Full screen for as long as something lasts; a browser that refuses shows it in its window. */

export interface FullScreen {
  enter(): Promise<void>
  leave(): void
}

/** `left` is called when somebody leaves it, as by Escape, of which the page does not hear otherwise. */
export function useFullScreen(left: () => void): FullScreen {
  let mine = false

  function changed(): void {
    if (!mine || document.fullscreenElement) return
    mine = false
    document.removeEventListener('fullscreenchange', changed)
    left()
  }

  async function enter(): Promise<void> {
    if (document.fullscreenElement) return
    try {
      await document.documentElement.requestFullscreen()
      mine = true
      document.addEventListener('fullscreenchange', changed)
    } catch {
      mine = false
    }
  }

  function leave(): void {
    const entered = mine
    mine = false
    document.removeEventListener('fullscreenchange', changed)
    if (entered && document.fullscreenElement) void document.exitFullscreen()
  }

  return { enter, leave }
}
