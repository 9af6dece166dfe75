/** What hangs below a button until somebody leaves it, or presses Escape: the focus then returns to the button. */
import { ref, type Ref } from 'vue'

export interface Drop {
  open: Ref<boolean>
  onFocusOut(event: FocusEvent): void
  onKey(event: KeyboardEvent): void
}

/** `root`: the element that holds the button, its first one, and what hangs below. */
export function useDrop(root: Readonly<Ref<HTMLElement | null>>): Drop {
  const open = ref(false)

  function onFocusOut(event: FocusEvent): void {
    if (!root.value?.contains(event.relatedTarget as Node | null)) open.value = false
  }

  function onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !open.value) return
    event.stopPropagation()
    open.value = false
    root.value?.querySelector('button')?.focus()
  }

  return { open, onFocusOut, onKey }
}
