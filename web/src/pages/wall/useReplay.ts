/**
 * A past day on the wall: while it is open, map, list and figures show a moment of that day in place of now. What is
 * reported meanwhile is only counted.
 */
import { computed, ref, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { dayOf, startOf, writeMoment } from '@/wall/localTime'
import { figuresAt, reportsByHour, type DayFigures, type Recording } from '@/wall/replay'
import type { Live } from './useLive'
import { useAwaitedMoment } from './useAwaitedMoment'
import { endOf, useMoment } from './useMoment'
import { usePlayer, type Player } from './usePlayer'
import { useRecording, type Recorder } from './useRecording'
import type { WallMap } from './useWallMap'

export interface Replay {
  open: Ref<boolean>
  phase: Recorder['phase']
  trouble: Recorder['trouble']
  recording: ShallowRef<Recording | null>
  lastWeek: Recorder['lastWeek']
  moment: Ref<number>
  player: Player
  /** Reported since the replay was opened. */
  missed: Ref<number>
  figures: ComputedRef<DayFigures | null>
  hours: ComputedRef<(number | null)[]>
  start(): void
  close(): void
  seek(at: number): void
  choose(day: string): void
  reload(): void
  /** For the address: the moment that is shown, or that will be once it is known who is signed in. */
  written(): string
  read(text: string | undefined): void
}

/** How often the address is written while it plays. */
const NOTE_MS = 5000

export function useReplay(wall: WallMap, live: Live, area: () => string, noted: () => void): Replay {
  const open = ref(false)
  const missed = ref(0)
  const { load, compare, forget, ...told } = useRecording(area)
  const { at: moment, move, show } = useMoment(wall, live, told.recording)
  const player = usePlayer(advance)
  const { note, noteSometimes } = notes(noted)

  const day = (): string => dayOf(moment.value)

  /** While another day is being read, it waits. */
  function advance(by: number): boolean {
    if (told.phase.value !== 'ready') return true
    noteSometimes()
    return move(moment.value + by)
  }

  function seek(at: number): void {
    if (told.phase.value !== 'ready') return
    move(at)
    note()
  }

  async function begin(at: number): Promise<void> {
    open.value = true
    moment.value = at
    void compare(day())
    if (!(await load(day()))) return
    if (told.recording.value) show()
    else stand()
    note()
  }

  /** There is nothing to play. */
  function stand(): void {
    player.pause()
    live.past.value = null
  }

  function close(): void {
    stand()
    forget()
    open.value = false
    missed.value = 0
    note()
  }

  function choose(wanted: string): void {
    if (!open.value || wanted === day() || wanted > dayOf(Date.now())) return
    told.lastWeek.value = null
    void begin(startOf(wanted) + (moment.value - startOf(day())))
  }

  /** To what an address says. */
  function go(at: number | null): void {
    if (at === null) return void (open.value && close())
    if (open.value && writeMoment(moment.value) === writeMoment(at)) return
    if (told.recording.value?.day === dayOf(at)) seek(at)
    else void begin(at)
  }

  const awaited = useAwaitedMoment(live.on, go)
  live.onReported(() => void (open.value && (missed.value += 1)))
  watch(live.on, (is) => void (!is && open.value && close()))
  watch(area, () => void (open.value && compare(day())))

  return {
    open,
    missed,
    moment,
    ...told,
    player: watched(player, told.recording, moment, move, note),
    ...useDayFigures(told.recording, moment, area),
    start: () => void (live.on.value && !open.value && begin(Date.now())),
    close,
    seek,
    choose,
    reload: () => void begin(moment.value),
    written: () => (open.value ? writeMoment(moment.value) : awaited.written()),
    read: awaited.read,
  }
}

/** Begins anew from the end of the day, and notes where it stops. */
function watched(player: Player, recording: ShallowRef<Recording | null>, moment: Ref<number>, move: (to: number) => boolean, note: () => void): Player {
  return {
    ...player,
    play: () => {
      const told = recording.value
      if (told && moment.value >= endOf(told)) move(told.since)
      player.play()
    },
    pause: () => {
      player.pause()
      note()
    },
  }
}

function notes(noted: () => void): { note(): void; noteSometimes(): void } {
  let last = 0
  const note = (): void => {
    last = Date.now()
    noted()
  }
  return { note, noteSometimes: () => void (Date.now() - last > NOTE_MS && note()) }
}

function useDayFigures(recording: ShallowRef<Recording | null>, moment: Ref<number>, area: () => string): Pick<Replay, 'figures' | 'hours'> {
  return {
    figures: computed(() => recording.value && figuresAt(recording.value, moment.value, area())),
    hours: computed(() => (recording.value ? reportsByHour(recording.value, area()) : [])),
  }
}
