/** The show: the wall in full screen goes from scene to scene until somebody touches it. One map serves them all. */
import { computed, onBeforeUnmount, ref, watch, type ComputedRef, type Ref } from 'vue'
import type { AreaRef, District } from '@/api/types'
import { language } from '@/i18n'
import { loadScenes, saveScenes } from '@/state/sceneStore'
import { clampSeconds, usualScenes, type Scene, type SceneList } from '@/wall/scenes'
import { useFullScreen } from './useFullScreen'
import { onTouch } from './useTouch'

export interface Show {
  /** The card with the list is open. */
  editing: Ref<boolean>
  running: Ref<boolean>
  scenes: ComputedRef<Scene[]>
  /** They are the user's, not the usual ones. */
  own: ComputedRef<boolean>
  seconds: ComputedRef<number>
  at: Ref<number>
  scene: ComputedRef<Scene | null>
  edit(open: boolean): void
  start(): void
  stop(): void
  go(scene: Scene): void
  setScenes(scenes: Scene[]): void
  setSeconds(seconds: number): void
}

interface Parts {
  /** Who is signed in; '' for nobody. */
  user: () => string
  district: Ref<District | null>
  divisions: Ref<AreaRef[]>
  travel(query: string): Promise<void>
}

export function useShow({ user, district, divisions, travel }: Parts): Show {
  const editing = ref(false)
  const running = ref(false)
  const at = ref(0)
  const list = ref<SceneList>(loadScenes(user()))
  const own = computed(() => list.value.scenes.length > 0)
  const scenes = computed(() => (own.value ? list.value.scenes : usualScenes(district.value, divisions.value, language.value === 'en')))
  const screen = useFullScreen(stop)
  let timer = 0
  let deaf = (): void => undefined

  function turn(to: number): void {
    at.value = to % scenes.value.length
    void travel(scenes.value[at.value]!.query)
  }

  async function start(): Promise<void> {
    if (running.value || !scenes.value.length) return
    running.value = true
    editing.value = false
    deaf = onTouch(stop)
    turn(0)
    timer = window.setInterval(() => turn(at.value + 1), list.value.seconds * 1000)
    await screen.enter()
    // Somebody may have stopped it while the browser asked.
    if (!running.value) screen.leave()
  }

  function stop(): void {
    if (!running.value) return
    running.value = false
    window.clearInterval(timer)
    deaf()
    screen.leave()
  }

  function keep(next: SceneList): void {
    list.value = next
    if (user()) saveScenes(user(), next)
  }

  watch(user, (name) => {
    stop()
    list.value = loadScenes(name)
  })
  onBeforeUnmount(stop)
  return {
    editing,
    running,
    scenes,
    own,
    seconds: computed(() => list.value.seconds),
    at,
    scene: computed(() => scenes.value[at.value] ?? null),
    edit: (open) => void (editing.value = open),
    start: () => void start(),
    stop,
    go: ({ query }) => void travel(query),
    setScenes: (some) => keep({ ...list.value, scenes: some }),
    setSeconds: (seconds) => keep({ ...list.value, seconds: clampSeconds(seconds) }),
  }
}
