/** The addresses of incidents that the one-click page and the report form ask. Every failure is an ApiError. */
import { getJson, sendJson } from '@/api/client'
import type { Action, Candidate, Department, GivenPlace, Incident, Item, Photo, Reported, Situation } from './types'

const path = (number: string, rest = ''): string => `/api/v1/incidents/${encodeURIComponent(number)}/${rest}`

export const getSituation = (number: string, signal?: AbortSignal): Promise<Situation> => getJson(path(number, 'situation/'), signal)

export const getPlace = (place: GivenPlace, signal?: AbortSignal): Promise<Situation> =>
  getJson(`/api/v1/situation/?${new URLSearchParams({ ...place })}`, signal)

export const act = (number: string, action: Action, given: object): Promise<{ properties: Incident }> =>
  sendJson('POST', path(number, `actions/${action.action}/`), given)

export function addPhotos(number: string, phase: Photo['phase'], files: readonly File[]): Promise<{ photos: Photo[] }> {
  const form = new FormData()
  form.append('phase', phase)
  for (const file of files) form.append('photos', file)
  return sendJson('POST', path(number, 'photos/'), form)
}

export const getItems = (): Promise<Item[]> => getJson('/api/v1/incident-items/')

export const getDepartments = (): Promise<Department[]> => getJson('/api/v1/departments/')

export async function findAddress(words: string, signal?: AbortSignal): Promise<Candidate[]> {
  const found = await getJson<{ candidates: Candidate[] }>(`/api/v1/geocode/?${new URLSearchParams({ q: words })}`, signal)
  return found.candidates
}

/** A report under an idempotency key: sent again with the same key and content, it stays one incident. */
export const report = (form: FormData, key: string): Promise<Reported> =>
  sendJson('POST', '/api/v1/incidents/', form, undefined, { 'Idempotency-Key': key })
