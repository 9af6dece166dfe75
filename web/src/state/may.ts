/** Whether who is signed in may do something anywhere, as the server says. Where exactly, it says when it is asked. */
import type { Session } from '@/editor/types'

export const may = (session: Session | null, action: string): boolean => session?.may.includes(action) ?? false
