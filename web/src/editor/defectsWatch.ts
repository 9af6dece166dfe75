/**
 * Keeps the defects true after every change: asks for those of the villages that were touched once the hand
 * rests, for a whole county's checks take the server seconds.
 */
import { shallowReactive } from 'vue'
import { noteSilence } from '@/state/connection'
import { getDefects } from './api'
import type { State } from './state'
import type { Defect } from './types'

const PAUSE_MS = 500
/** With more villages than this, all of them at once is less work. */
const FEW = 6

export class DefectsWatch {
  private readonly touched = new Set<string>()
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly plan: number,
    private readonly state: State,
  ) {}

  touch(villages: Iterable<string>): void {
    for (const village of villages) this.touched.add(village)
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.catchUp(), PAUSE_MS)
  }

  private async catchUp(): Promise<void> {
    const villages = [...this.touched]
    if (villages.length > FEW) return this.reload()
    this.touched.clear()
    try {
      const pages = await Promise.all(villages.map((village) => getDefects(this.plan, { village })))
      const kept = this.state.defects.filter(({ properties }) => !villages.includes(properties.village))
      this.take([...kept, ...pages.flatMap(({ features }) => features)])
    } catch {
      noteSilence()
    }
  }

  /** Errors first, for they keep the plan from being submitted and are known long before the warnings. */
  async reload(): Promise<void> {
    clearTimeout(this.timer)
    this.touched.clear()
    try {
      for (const severity of ['error', 'warning'] as const) {
        const { features } = await getDefects(this.plan, { severity })
        const other = this.state.defects.filter((one) => rank(one) !== (severity === 'warning' ? 1 : 0))
        this.take([...other, ...features])
      }
    } catch {
      noteSilence()
    }
  }

  /** Errors first, village by village; what is looked at stays looked at. */
  private take(defects: Defect[]): void {
    const { state } = this
    const looked = state.defect === null ? undefined : state.defects[state.defect]?.properties.id
    state.defects = shallowReactive(defects.sort(inOrder))
    const at = looked === undefined ? -1 : defects.findIndex(({ properties }) => properties.id === looked)
    state.defect = at < 0 ? null : at
  }

  stop(): void {
    clearTimeout(this.timer)
  }
}

const rank = ({ properties }: Defect): number => (properties.severity === 'warning' ? 1 : 0)

function inOrder(a: Defect, b: Defect): number {
  return rank(a) - rank(b) || (a.properties.village < b.properties.village ? -1 : a.properties.village > b.properties.village ? 1 : 0)
}
