/** `work` once, a moment after the last of several calls. */
export function soon(work: () => void, milliseconds = 200): { (): void; cancel(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  const call = (): void => {
    clearTimeout(timer)
    timer = setTimeout(work, milliseconds)
  }
  return Object.assign(call, { cancel: () => clearTimeout(timer) })
}
