/** Files that the page gives out: named after what they show and when, in China's time. */
const stamp = (at: Date): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'medium' }).format(at).replace(' ', '-').replace(/:/g, '')

/** What no file system takes in a name is left out. */
export const fileName = (name: string, kind: string, at: Date): string => `${name.replace(/[\\/:*?"<>|\s]+/g, '-')}-${stamp(at)}.${kind}`

export function saveAs(name: string, kind: string, file: Blob, at = new Date()): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = fileName(name, kind, at)
  link.click()
  // The browser needs the address until it has begun to write.
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

export function blobOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error('no picture'))), 'image/png'))
}
