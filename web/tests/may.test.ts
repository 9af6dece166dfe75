/** Prove that a page offers what the server says that its user may do, and nothing to who is not signed in. */
import { expect, it } from 'vitest'
import { may } from '@/state/may'

it('is what the server says', () => {
  const session = { signed_in: true, username: 'worker', superuser: false, memberships: [], may: ['report_incident'], csrf: '' }
  expect(may(session, 'report_incident')).toBe(true)
  expect(may(session, 'edit_plan')).toBe(false)
  expect(may(null, 'report_incident')).toBe(false)
})
