/** The coordinate systems in which a place can be given (incidents/locating.py). */
import type { MessageKey } from '@/i18n'

export const SYSTEMS: readonly { key: string; title: MessageKey }[] = [
  { key: '4490', title: 'inc.crs.4490' },
  { key: '4326', title: 'inc.crs.4326' },
  { key: 'gcj02', title: 'inc.crs.gcj02' },
  { key: 'bd09', title: 'inc.crs.bd09' },
  { key: '4547', title: 'inc.crs.4547' },
]
