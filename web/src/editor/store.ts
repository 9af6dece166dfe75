/**
 * One plan as the editor holds it: its grids as the server last told, what is selected, what is still to be
 * sent, and what there is to say. Map, lists and panels read `state` and call the verbs; none of them gives a
 * command to the server itself.
 */
import { inject, shallowReactive, watch, type InjectionKey } from 'vue'
import type { FeatureCollection, Geometry, Position } from 'geojson'
import { ApiError } from '@/api/client'
import { t } from '@/i18n'
import * as api from './api'
import { DefectsWatch } from './defectsWatch'
import { Outbox, newToken, type Write } from './outbox'
import { Sender, type Outcome } from './sending'
import { emptyState, type Compare, type Listener, type Notice, type Overlay, type State, type Target } from './state'
import type { CommandAnswer, CommandArguments, CommandKind, Grid, Plan, StaleDetails, WriteKind } from './types'

export const STORE: InjectionKey<PlanStore> = Symbol('plan store')

/** The store of the plan that the page shows; only within the editor's page. */
export function usePlan(): PlanStore {
  const store = inject(STORE)
  if (!store) throw new Error('no plan store above this component')
  return store
}

const NOTICES = 4

export class PlanStore {
  /** Reactive; read it, do not write it. */
  readonly state: State = emptyState()
  private readonly listeners = new Set<Listener>()
  private readonly sender: Sender
  private noticeId = 0
  private taker: ((place: Position) => void) | null = null
  private readonly defects: DefectsWatch

  constructor(
    readonly id: number,
    private readonly outbox = new Outbox(id),
  ) {
    this.defects = new DefectsWatch(id, this.state)
    this.sender = new Sender(outbox, {
      send: (write) => api.sendWrite(id, write.kind, write.args, this.state.revision, write.token),
      done: (write, answer) => this.done(write, answer),
      failed: (_write, error, stale) => (stale ? this.mergeStale(error) : this.refusedWith(error)),
    })
    window.addEventListener('online', this.wake)
    watch(this.sender.state, (save) => (this.state.save = save), { immediate: true, flush: 'sync' })
    watch(() => [...this.sender.queue], (queue) => (this.state.pending = queue), { flush: 'sync' })
  }

  // ---- reading -------------------------------------------------------------------------------------------

  /** Reads everything anew, and sends what an earlier visit left unsent. */
  async load(): Promise<void> {
    const { state } = this
    state.phase = 'loading'
    try {
      state.session = await api.getSession()
      if (!state.session.signed_in) return void (state.phase = 'signedOut')
      await this.readAll()
      state.phase = 'ready'
      this.sender.resume(this.outbox.read(state.session.username))
      void this.reloadDefects()
    } catch (reason) {
      state.phase = reason instanceof ApiError && reason.status === 404 ? 'missing' : 'failed'
    }
  }

  private async readAll(): Promise<void> {
    const { id, state } = this
    const [plan, grids, villages] = await Promise.all([api.getPlan(id), api.getGrids(id), api.getBoundaries(id)])
    this.takePlan(plan)
    state.band = grids.band
    state.villages = shallowReactive(new Map(villages.features.map((one) => [one.properties.code, one])))
    this.takeIn(grids.features, [], true)
    state.revision = grids.revision
  }

  /** Asks the server what has changed since `revision`: plan, grids, defects. */
  async refresh(): Promise<void> {
    const { id, state } = this
    const [plan, grids] = await Promise.all([api.getPlan(id), api.getGrids(id, state.revision)])
    this.takePlan(plan)
    this.takeIn(grids.features, grids.removed ?? [])
    state.revision = Math.max(state.revision, grids.revision)
    await this.reloadDefects()
  }

  reloadDefects(): Promise<void> {
    return this.defects.reload()
  }

  // ---- writing -------------------------------------------------------------------------------------------

  /** Gives a command; resolves once it is done, refused, stale, or known to wait for the connection. */
  run<K extends CommandKind>(
    kind: K,
    args: CommandArguments[K],
    sketch: FeatureCollection | null = null,
  ): Promise<Outcome> {
    return this.submit(kind, args, sketch)
  }

  /** Without a connection the newest unsent command is simply not sent. */
  undo(): Promise<Outcome> {
    if (this.sender.state.value === 'offline' && this.sender.takeBack()) return Promise.resolve({ status: 'queued' })
    return this.submit('undo', {}, null)
  }

  redo(): Promise<Outcome> {
    return this.submit('redo', {}, null)
  }

  private submit(kind: WriteKind, args: object, sketch: FeatureCollection | null): Promise<Outcome> {
    const user = this.state.session?.username ?? ''
    const codes = namedCodes(args)
    return this.sender.submit({ token: newToken(), plan: this.id, user, kind, args, at: Date.now(), codes, sketch })
  }

  /** Takes in what another address answered in a command's shape (repairs/, upload/, rebase/). */
  accept(answer: CommandAnswer): void {
    this.takeIn(answer.changed.features, answer.removed)
    this.state.revision = Math.max(this.state.revision, answer.revision)
    Object.assign(this.state, { canUndo: answer.can_undo, canRedo: answer.can_redo })
  }

  private done(write: Write, answer: CommandAnswer): void {
    const foreign = answer.revision > this.state.revision + 1 ? foreignCodes(answer) : []
    const goneOn = survivors(this.state.selection, answer)
    this.accept(answer)
    if (write.kind !== 'undo' && write.kind !== 'redo') this.select(goneOn)
    if (foreign.length) this.othersChanged(foreign)
  }

  private mergeStale(error: ApiError): void {
    const details = error.details as unknown as StaleDetails
    this.takeIn(details.changed.features, details.removed)
    this.state.revision = details.revision
    this.tell({ tone: 'others', text: error.message, codes: details.changed.features.map(codeOf) })
  }

  private refusedWith(error: ApiError): void {
    const place = (error.details.place ?? null) as Geometry | null
    this.tell({ tone: 'refused', text: error.message, codes: (error.details.codes as string[] | undefined) ?? [], place })
    if (error.code === 'frozen') void this.refresh()
  }

  /** Unsent commands on grids that others have changed were made on something else: they are not sent. */
  private othersChanged(codes: string[]): void {
    const touched = new Set(codes)
    const stale = this.sender.queue.filter((write) => write.codes.some((code) => touched.has(code)))
    this.sender.drop(stale)
    const text = t(stale.length ? 'editor.othersDropped' : 'editor.others', { n: codes.length, dropped: stale.length })
    this.tell({ tone: 'others', text, codes })
  }

  private takePlan(plan: Plan): void {
    Object.assign(this.state, { plan, editable: plan.editable, canUndo: plan.can_undo, canRedo: plan.can_redo })
  }

  private takeIn(changed: Grid[], removed: string[], whole = false): void {
    const { state } = this
    const before = removed.flatMap((code) => state.grids.get(code) ?? [])
    if (whole) state.grids.clear()
    else this.defects.touch([...before, ...changed].map((grid) => grid.properties.parent_code))
    for (const code of removed) state.grids.delete(code)
    const fresh = changed.some((grid) => !state.grids.has(codeOf(grid)))
    for (const grid of changed) state.grids.set(codeOf(grid), grid)
    if (fresh && !whole) inOrder(state.grids)
    state.selection = state.selection.filter((code) => state.grids.has(code))
    for (const listener of this.listeners) listener.gridsChanged?.(changed, removed, whole)
  }

  // ---- what is looked at ---------------------------------------------------------------------------------

  /** Selects these grids; with `add`, those already selected are taken out and the others put in. */
  select(codes: string[], { add = false, show = false } = {}): void {
    const before = add ? this.state.selection : []
    const again = codes.filter((code) => before.includes(code))
    this.state.selection = [...new Set([...before, ...codes])].filter((code) => !again.includes(code))
    if (show && codes.length) this.show({ codes })
  }

  hover(code: string | null): void {
    this.state.hovered = code
  }

  /** Looks at a defect by index (it is shown on the map), or at none. */
  lookAt(defect: number | null): void {
    this.state.defect = defect
    const found = defect === null ? undefined : this.state.defects[defect]
    if (found) this.show({ place: found.geometry })
  }

  show(target: Target): void {
    for (const listener of this.listeners) listener.show?.(target)
  }

  /** Lays a drawing over the map under a key of the caller's own, or takes it away. */
  overlay(key: string, overlay: Overlay | null): void {
    if (overlay) this.state.overlays.set(key, overlay)
    else this.state.overlays.delete(key)
  }

  /** The place of the next click goes to `take` instead of selecting; null ends the waiting. */
  pick(take: ((place: Position) => void) | null): void {
    this.taker = take
    this.state.picking = take !== null
  }

  /** Whether the click was waited for, and is used up. */
  picked(place: Position): boolean {
    const take = this.taker
    this.pick(null)
    take?.(place)
    return take !== null
  }

  compare(mode: Compare): void {
    this.state.compare = mode
  }

  tell(notice: Partial<Notice> & { text: string }): void {
    this.noticeId += 1
    const whole: Notice = { tone: 'info', codes: [], place: null, ...notice, id: this.noticeId }
    this.state.notices = [...this.state.notices, whole].slice(-NOTICES)
  }

  dismiss(id: number): void {
    this.state.notices = this.state.notices.filter((one) => one.id !== id)
  }

  /** Returns the function that ends the listening. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  private readonly wake = (): void => this.sender.wake()

  stop(): void {
    window.removeEventListener('online', this.wake)
    this.defects.stop()
    this.sender.stop()
  }
}

const codeOf = (grid: Grid): string => grid.properties.code

/** The grids that a command's arguments name. */
function namedCodes(args: object): string[] {
  const given = args as Record<string, unknown>
  const several = Array.isArray(given.codes) ? given.codes : []
  const named = [given.code, given.from, given.to, given.into, ...several]
  return named.filter((code): code is string => typeof code === 'string')
}

/** Grids in an answer that the command itself does not account for. */
function foreignCodes(answer: CommandAnswer): string[] {
  const own = new Set(answer.codes)
  return answer.changed.features.map(codeOf).filter((code) => !own.has(code))
}

function inOrder(grids: Map<string, Grid>): void {
  const sorted = [...grids].sort(([a], [b]) => (a < b ? -1 : 1))
  grids.clear()
  for (const [code, grid] of sorted) grids.set(code, grid)
}

/** After a command the selection goes on with what became of it. */
function survivors(selection: string[], answer: CommandAnswer): string[] {
  if (!selection.some((code) => answer.removed.includes(code))) return selection
  const real = answer.changed.features.map(codeOf).filter((code) => answer.codes.includes(code))
  return real.slice(0, 1)
}
