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
  ) {
    super(message)
  }
}

async function refusal(response: Response): Promise<ApiError> {
  try {
    const { error } = (await response.json()) as { error: { code: string; message: string } }
    return new ApiError(error.message, response.status, error.code)
  } catch {
    return new ApiError(response.statusText, response.status)
  }
}

/** JSON at `path`; throws ApiError, or the AbortError when `signal` fired. */
export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  let response: Response
  try {
    const headers = { Accept: 'application/json', 'Accept-Language': language.value }
    response = await fetch(path, { headers, signal: signal ?? null, credentials: 'same-origin' })
  } catch (reason) {
    if (signal?.aborted) throw reason
    noteSilence()
    throw new ApiError(String(reason), 0)
  }
  if (response.status >= 500) noteSilence()
  else noteAnswer()
  if (!response.ok) throw await refusal(response)
  return (await response.json()) as T
}

export const getDistrict = (): Promise<District> => getJson<District>('/api/v1/district/')

export function getArea(code: string, signal?: AbortSignal): Promise<AreaDetail> {
  return getJson<AreaDetail>(`/api/v1/areas/${encodeURIComponent(code)}/`, signal)
}

export function findAreas(q: string, limit: number, signal?: AbortSignal): Promise<AreaPage> {
  const query = new URLSearchParams({ q, geometry: 'none', limit: String(limit) })
  return getJson<AreaPage>(`/api/v1/areas/?${query}`, signal)
}
