/** Who is signed in on the wall; `changed` is called when that changes, for what they may see changes too. */
import { onMounted, ref, type Ref } from 'vue'
import { getSession, signOut } from '@/editor/api'
import type { Session } from '@/editor/types'

export interface SessionState {
  session: Ref<Session | null>
  asking: Ref<boolean>
  entered(session: Session): void
  leave(): Promise<void>
}

export function useSession(changed: (session: Session | null) => void): SessionState {
  const session = ref<Session | null>(null)
  const asking = ref(false)
  const set = (next: Session | null): void => {
    session.value = next?.signed_in ? next : null
    changed(session.value)
  }
  onMounted(async () => {
    const found = await getSession().catch(() => null)
    if (found?.signed_in) set(found)
  })
  return {
    session,
    asking,
    entered: (next) => {
      asking.value = false
      set(next)
    },
    leave: async () => {
      await signOut()
      set(null)
    },
  }
}
