import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { followEvents } from './events.ts'
import { ask, getJson } from './http.ts'
import type { ModelPlace } from './models.ts'

/** A file that is scored in the background, as `GET /jobs/{id}` tells of it. */
export type Job = {
  readonly id: string
  readonly model: string
  readonly version: number
  readonly filename: string
  readonly format: 'csv' | 'ndjson'
  readonly bytes: number
  readonly state: 'uploading' | 'queued' | 'running' | 'done' | 'failed' | 'cancelled'
  readonly createdAt: number
  readonly startedAt: number | null
  readonly finishedAt: number | null
  readonly progress: {
    readonly bytesRead: number
    readonly rows: number
    readonly errors: number
    readonly rowsPerSecond: number | null
    readonly secondsLeft: number | null
  }
  readonly summary?: {
    readonly rows: number
    readonly scored: number
    readonly failed: number
    /** Of the scores; null for several classes. */
    readonly mean: number | null
    /** Rows at or above the threshold. */
    readonly positives?: number
  }
  readonly problem?: { readonly code: string; readonly message: string }
}

export const isEnded = ({ state }: Job): boolean => state === 'done' || state === 'failed' || state === 'cancelled'

export function useJobs(): UseQueryResult<readonly Job[]> {
  return useQuery({
    queryKey: ['jobs'],
    queryFn: async ({ signal }) => (await getJson<{ jobs: readonly Job[] }>('/jobs?limit=20', signal)).jobs,
    refetchInterval: ({ state }) => (state.data?.some(job => !isEnded(job)) ? 5000 : false),
    retry: false,
  })
}

/** One job, followed by its events until it ends; asked for again where the stream breaks. */
export function useJob(id: string | null): UseQueryResult<Job> {
  const queries = useQueryClient()
  const result = useQuery({
    queryKey: ['job', id],
    queryFn: ({ signal }) => getJson<Job>(`/jobs/${encodeURIComponent(id ?? '')}`, signal),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data !== undefined && !isEnded(state.data) ? 3000 : false),
    retry: false,
  })
  const isRunning = result.data !== undefined && !isEnded(result.data)
  useEffect(() => {
    if (id === null || !isRunning) return
    const left = new AbortController()
    void followEvents<Job>(`/jobs/${encodeURIComponent(id)}/events`, left.signal, job => {
      queries.setQueryData(['job', id], job)
      if (isEnded(job)) void queries.invalidateQueries({ queryKey: ['jobs'] })
    })
    return () => left.abort()
  }, [id, isRunning, queries])
  return result
}

/** Sends a file as it is; `map` gives the fields that columns of other names stand for. Under one `key` it is started once, however often it is sent. */
export async function startJob(
  place: ModelPlace,
  file: File,
  map: Readonly<Record<string, string>>,
  key: string,
): Promise<Job> {
  const query = new URLSearchParams({ model: place.name })
  if (place.version !== undefined) query.set('version', String(place.version))
  for (const [column, field] of Object.entries(map)) query.append('map', `${column}=${field}`)
  const response = await ask(`/jobs?${query}`, {
    method: 'POST',
    body: file,
    headers: {
      'content-type': /\.(ndjson|jsonl)(\.gz)?$/i.test(file.name) ? 'application/x-ndjson' : 'text/csv',
      'content-disposition': `attachment; filename="${file.name.replace(/[^\w. -]/g, '_')}"`,
      'idempotency-key': key,
      ...(file.name.endsWith('.gz') ? { 'content-encoding': 'gzip' } : {}),
    },
  })
  return (await response.json()) as Job
}

export const cancelJob = async (id: string): Promise<Job> =>
  (await (await ask(`/jobs/${encodeURIComponent(id)}`, { method: 'DELETE' })).json()) as Job

/** Fetches a file of a job, with the operator's key, and hands it to the browser to keep under the name that the server gives it. */
export async function saveJobFile({ id, filename }: Job, file: 'result' | 'errors'): Promise<void> {
  const response = await ask(`/jobs/${encodeURIComponent(id)}/${file}`, { headers: { accept: '*/*' } })
  const [, name] = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '') ?? []
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await response.blob())
  link.download = name ?? `${file}-${filename}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 1000)
}

/** The beginning of a file of a job, at most so many bytes of it. */
export async function askForPart(
  id: string,
  file: 'result' | 'errors',
  bytes: number,
  signal: AbortSignal,
): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  const headers = { accept: '*/*', range: `bytes=0-${bytes - 1}` }
  const response = await ask(`/jobs/${encodeURIComponent(id)}/${file}`, { signal, headers })
  const text = await response.text()
  const size = Number(response.headers.get('content-range')?.split('/')[1] ?? 0)
  return { text, isWhole: response.status !== 206 || size <= bytes }
}
