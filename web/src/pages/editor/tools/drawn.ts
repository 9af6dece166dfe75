/** What all tools do that draw a line: add a point, take one back, show what it would do, give it, or leave it. */
import type { Bench } from './Bench'
import { Drawing } from './Drawing'
import { EVERYTHING, type Aim, type Hint, type Tool, type ToolKey } from './tool'

export abstract class DrawnTool implements Tool {
  abstract readonly key: ToolKey
  readonly cursor = 'crosshair'
  protected drawing: Drawing

  constructor(protected readonly bench: Bench) {
    this.drawing = new Drawing(bench)
  }

  get snaps(): typeof EVERYTHING {
    return EVERYTHING
  }

  abstract hint(): Hint
  abstract enter(): void
  protected abstract show(): void

  moved(aim: Aim): void {
    this.drawing.point(aim)
    if (this.drawing.count) this.show()
  }

  clicked(aim: Aim): void {
    this.drawing.add(aim)
    this.show()
  }

  doubled(): void {
    this.enter()
  }

  back(): void {
    this.drawing.back()
    this.show()
  }

  escape(): boolean {
    const had = this.drawing.count > 0
    this.again()
    this.bench.clear()
    return had
  }

  stop(): void {
    this.bench.clear()
  }

  protected again(): void {
    this.drawing = new Drawing(this.bench)
  }
}
