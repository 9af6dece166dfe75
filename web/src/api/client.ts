/**
 * Talks to the REST API. Every failure becomes an ApiError, and every outcome is told to `connection`, from
 * which the top bar says whether what is shown is fresh.
 */
import { language } from '@/i18n'
import { noteAnswer, noteSilence } from '@/state/connection'
import type { AreaDetail, AreaPage, District } from './types'

export class ApiError extends Error {
  /** `status` is 0 when no answer came at all. */
  constructor(
    message: string,
    readonly status: number,
    readonly code = '',
    readonly details: Record<string, unknown> = {},
  ) {
    super(message)
  }
}

interface Refused {
  code: string
  message: string
  details?: Record<string, unknown>
}

async function refusal(response: Response): Promise<ApiError> {
  try {
    const { error } = (await response.json()) as { error: Refused }
    return new ApiError(error.message, response.status, error.code, error.details ?? {})
  } catch {
    return new ApiError(response.statusText, response.status)
  }
}

async function ask(path: string, request: RequestInit): Promise<Response> {
  const headers = { Accept: 'application/json', 'Accept-Language': language.value, ...request.headers }
  try {
    return await fetch(path, { ...request, headers, credentials: 'same-origin' })
  } catch (reason) {
    if (request.signal?.aborted) throw reason
    noteSilence()
    throw new ApiError(String(reason), 0)
  }
}

async function answered<T>(response: Response): Promise<T> {
  if (response.status >= 500) noteSilence()
  else noteAnswer()
  if (!response.ok) throw await refusal(response)
  return (response.status === 204 ? undefined : await response.json()) as T
}

/** JSON at `path`; throws ApiError, or the AbortError when `signal` fired. */
export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return answered<T>(await ask(path, { signal: signal ?? null }))
}

/** The file at `path`, in the page's language; throws ApiError. */
export async function getFile(path: string): Promise<Blob> {
  const response = await ask(path, { headers: { Accept: '*/*' } })
  if (!response.ok) throw await refusal(response)
  return response.blob()
}

const csrfToken = (): string => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? ''

/** Sends `body` as JSON (FormData as it is), with `extra` headers, and answers with JSON; throws as `getJson`. */
export async function sendJson<T>(
  method: 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  signal?: AbortSignal,
  extra: Record<string, string> = {},
): Promise<T> {
  const isForm = body instanceof FormData
  const headers = { ...extra, 'X-CSRFToken': csrfToken(), ...(isForm ? {} : { 'Content-Type': 'application/json' }) }
  const sent = isForm ? body : body === undefined ? null : JSON.stringify(body)
  return answered<T>(await ask(path, { method, headers, body: sent, signal: signal ?? null }))
}

export const getDistrict = (): Promise<District> => getJson<District>('/api/v1/district/')

export function getArea(code: string, signal?: AbortSignal): Promise<AreaDetail> {
  return getJson<AreaDetail>(`/api/v1/areas/${encodeURIComponent(code)}/`, signal)
}

export function findAreas(q: string, limit: number, signal?: AbortSignal): Promise<AreaPage> {
  const query = new URLSearchParams({ q, geometry: 'none', limit: String(limit) })
  return getJson<AreaPage>(`/api/v1/areas/?${query}`, signal)
}
