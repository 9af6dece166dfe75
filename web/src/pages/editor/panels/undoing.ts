/** How far it is to a point of a plan's log, counted in undos and redos. */
import type { LogEntry } from './panelsApi'

/**
 * Steps until everything up to `entry` holds and nothing after it: negative = undo so often, positive = redo so
 * often, 0 = it is so already, or the entry is no command, or one that was undone and then replaced by others.
 */
export function stepsTo(log: readonly LogEntry[], entry: LogEntry): number {
  if (entry.action !== 'command' || entry.command === null || entry.discarded) return 0
  const commands = log.filter((one) => one.action === 'command' && one.command !== null && !one.discarded)
  const number = entry.command
  if (entry.undone) return commands.filter((one) => one.undone && one.command! <= number).length
  const after = commands.filter((one) => !one.undone && one.command! > number).length
  return after ? -after : 0
}
