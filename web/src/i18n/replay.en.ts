/** English words of the wall's replay. */
import type { replayZh } from './replay.zh'

export const replayEn: Record<keyof typeof replayZh, string> = {
  'replay.title': 'Replay',
  'replay.badge': 'Replay · not live',
  'replay.slider': 'Moment shown',
  'replay.play': 'Play',
  'replay.pause': 'Pause',
  'replay.space': 'space bar',
  'replay.day': 'Day shown',
  'replay.before': 'The day before',
  'replay.after': 'The day after',
  'replay.speed': 'Speed',
  'replay.byHour': 'Reports by hour, at most {n}',
  'replay.hour': '{from}–{to}: {n} reported',
  'replay.leave': 'Back to now',
  'replay.missed': '{n} new meanwhile',
  'replay.failed': 'The incidents of this day could not be read',
  'replay.at': 'As of {time}',
  'replay.reported': 'Reported that day',
  'replay.closed': 'Closed that day',
  'replay.rates': 'The rates of 30 days are shown live only',
  'replay.cardNow': 'How things are now, not at the moment of the replay',
  'replay.none': 'No open incidents at this moment',
}
