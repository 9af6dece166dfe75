/** Whether who is signed in may report incidents: the roles that `report_incident` has in gis_core/access.py. */
import type { Session } from '@/editor/types'

const ROLES = new Set(['dispatcher', 'department', 'worker'])

export const mayReport = (session: Session | null): boolean =>
  session !== null && session.signed_in && (session.superuser || session.memberships.some(({ role }) => ROLES.has(role)))
