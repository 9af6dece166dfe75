/** What a line of help says besides its name: beds and telephone of a hospital, stock of a warehouse, whether a camera looks here. */
import { t } from '@/i18n'
import type { Help } from '@/incident/types'

export function tellsOf({ kind, tells, sees }: Help): string {
  const { beds, has_emergency_room, phone, capacity, stock } = tells
  const said: string[] = []
  if (beds) said.push(t('inc.tells.beds', { n: String(beds) }))
  if (has_emergency_room) said.push(t('inc.tells.emergency'))
  if (capacity) said.push(t(kind === 'shelter' ? 'inc.tells.holds' : 'inc.tells.people', { n: String(capacity) }))
  if (stock) said.push(String(stock))
  if (phone) said.push(String(phone))
  if (sees !== undefined) said.push(t(sees === null ? 'inc.tells.turns' : sees ? 'inc.tells.sees' : 'inc.tells.away'))
  return said.join(' · ')
}
