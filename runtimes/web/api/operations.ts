import type { QueryClient, UseQueryResult } from '@tanstack/react-query'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { followEvents } from './events.ts'
import { getJson, pollEvery } from './http.ts'

type Percentiles = {
  readonly count?: number
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
}

export type Minute = Percentiles & {
  readonly at: number
  readonly predictions: number
  readonly rejected: number
  readonly failed: number
  readonly invalid: number
  readonly utilization: number | null
}

/** What `GET /operations` answers, as far as it is shown. */
export type Snapshot = {
  readonly at: number
  readonly health: { readonly state: 'healthy' | 'degraded'; readonly reasons: readonly string[] }
  readonly workers: number
  readonly counters: Readonly<Record<string, number>>
  readonly gauges: Readonly<Record<string, number | undefined>>
  readonly distributions: Readonly<
    Record<
      'QueueWait' | 'BatchSize',
      | {
          readonly histogram: {
            readonly sum: number
            readonly longest: readonly number[]
            readonly counts: readonly number[]
          }
        }
      | undefined
    >
  >
  readonly recent: {
    readonly seconds: number
    readonly perSecond: Readonly<Record<string, number>>
    readonly latency: Percentiles
    readonly queueWait: Percentiles
  }
  readonly scaling: { readonly signal: string; readonly value: number | null; readonly target: number }
  readonly models: readonly { readonly name: string; readonly versions: readonly number[]; readonly serving: number }[]
  readonly minutes: readonly Minute[]
}

/** Snapshots kept for the small pictures: five minutes. */
const KEPT = 300
const POLL_MS = 5000
const KEY = ['operations']

/** Snapshots as they come, one a second; while the stream is broken, one every five seconds by asking. */
export function useOperations(): UseQueryResult<readonly Snapshot[]> {
  const queries = useQueryClient()
  const [isStreaming, setStreaming] = useState(false)
  const result = useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => appended(queries, await getJson<Snapshot>('/operations', signal)),
    refetchInterval: isStreaming ? false : pollEvery(POLL_MS),
    structuralSharing: false,
  })
  const { isSuccess } = result
  useEffect(() => {
    if (!isSuccess) return
    const left = new AbortController()
    const take = (snapshot: Snapshot) => queries.setQueryData(KEY, appended(queries, snapshot))
    void followEvents('/operations/events', left.signal, take, setStreaming)
    return () => left.abort()
  }, [isSuccess, queries])
  return result
}

function appended(queries: QueryClient, snapshot: Snapshot): readonly Snapshot[] {
  return [...(queries.getQueryData<readonly Snapshot[]>(KEY) ?? []), snapshot].slice(-KEPT)
}
