/** Tools that join whole grids: merge chosen neighbours; take one away and give its ground to a neighbour. */
import { titleOf } from '@/editor/load'
import { united } from '@/editor/totals'
import type { Grid } from '@/editor/types'
import { t } from '@/i18n'
import type { Bench } from './Bench'
import type { Aim, Hint, Tool } from './tool'

export class MergeTool implements Tool {
  readonly key = 'merge'
  readonly cursor = 'pointer'
  readonly snaps = null

  constructor(private readonly bench: Bench) {
    this.count()
  }

  hint(): Hint {
    const n = this.bench.store.state.selection.length
    return n > 1 ? { key: 'step.mergeMore', params: { n } } : { key: 'step.mergePick' }
  }

  clicked({ place }: Aim): void {
    const code = this.bench.gridAt(place)?.properties.code
    if (code) this.bench.store.select([code], { add: true })
    this.count()
  }

  private count(): void {
    const { selection, band } = this.bench.store.state
    const grids = selection.map((code) => this.bench.grid(code)).filter((grid): grid is Grid => grid !== null)
    this.bench.count(grids.length > 1 ? united(grids, band) : [])
  }

  enter(): void {
    const { selection } = this.bench.store.state
    if (selection.length > 1) void this.bench.give('merge', { codes: [...selection] })
  }

  escape(): boolean {
    const had = this.bench.store.state.selection.length > 0
    this.bench.store.select([])
    this.bench.clear()
    return had
  }

  stop(): void {
    this.bench.clear()
  }
}

export class AbsorbTool implements Tool {
  readonly key = 'absorb'
  readonly cursor = 'pointer'
  readonly snaps = null
  private gone: string | null

  constructor(private readonly bench: Bench) {
    const { selection } = bench.store.state
    this.gone = selection.length === 1 ? selection[0]! : null
  }

  hint(): Hint {
    const grid = this.bench.grid(this.gone)
    return grid ? { key: 'step.absorbInto', params: { name: titleOf(grid) } } : { key: 'step.absorbPick' }
  }

  moved({ place }: Aim): void {
    const [gone, taker] = [this.bench.grid(this.gone), this.bench.gridAt(place)]
    const joins = gone && taker && taker !== gone && taker.properties.parent_code === gone.properties.parent_code
    this.bench.count(joins ? united([taker, gone], this.bench.store.state.band) : [])
  }

  clicked({ place }: Aim): void {
    const code = this.bench.gridAt(place)?.properties.code
    if (!code) return
    if (!this.bench.grid(this.gone) || code === this.gone) {
      this.gone = code
      this.bench.store.select([code])
    } else this.give(code)
  }

  enter(): void {
    if (this.gone) this.give()
    else this.bench.store.tell({ text: t('step.absorbPick') })
  }

  private give(into?: string): void {
    void this.bench.give('absorb', { code: this.gone!, ...(into ? { into } : {}) })
    this.gone = null
  }

  escape(): boolean {
    const had = this.gone !== null
    this.gone = null
    this.bench.clear()
    return had
  }

  stop(): void {
    this.bench.clear()
  }
}
