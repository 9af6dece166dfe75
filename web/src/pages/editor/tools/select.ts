/** Choose grids; a double click looks closer. */
import type { Bench } from './Bench'
import type { Aim, Hint, Tool } from './tool'

export class SelectTool implements Tool {
  readonly key = 'select'
  readonly cursor = 'default'
  readonly snaps = null

  constructor(private readonly bench: Bench) {}

  hint(): Hint {
    return { key: 'tool.select.hint' }
  }

  clicked({ place, shift, ctrl }: Aim): void {
    const code = this.bench.gridAt(place)?.properties.code
    this.bench.store.select(code ? [code] : [], { add: shift || ctrl })
  }

  doubled({ place }: Aim): void {
    const code = this.bench.gridAt(place)?.properties.code
    if (code) this.bench.store.show({ codes: [code] })
  }

  escape(): boolean {
    const had = this.bench.store.state.selection.length > 0
    this.bench.store.select([])
    return had
  }
}
