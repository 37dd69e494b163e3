import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { getJson, pollEvery, postJson } from './http.ts'

export type Letter = {
  readonly id: string
  readonly model?: string
  readonly version?: string | number
  readonly code: string
  readonly reason: string
  readonly issues?: readonly { readonly field?: string; readonly message: string }[]
  readonly attempts: number
  readonly firstSeen: string
  readonly lastSeen: string
  readonly body: string
}

export type LetterPage = { readonly deadLetters: readonly Letter[]; readonly next: string | null }

/** Which letters a verb is about. */
export type Selection = { readonly ids: readonly string[] } | { readonly filter: { readonly code?: string } }

export function useDeadLetters(code: string, limit = 100): UseQueryResult<LetterPage> {
  const query = new URLSearchParams({ limit: String(limit), ...(code === '' ? {} : { code }) })
  return useQuery({
    queryKey: ['dead-letters', code, limit],
    queryFn: ({ signal }) => getJson<LetterPage>(`/dead-letters?${query}`, signal),
    refetchInterval: pollEvery(5000),
    retry: false,
  })
}

export const tryRedrive = (selection: Selection) =>
  postJson<{ readonly matching: number; readonly passing: number }>('/dead-letters/redrive', {
    ...selection,
    dryRun: true,
  })

export const redrive = (selection: Selection, rate: number) =>
  postJson<{ readonly redriven: number }>('/dead-letters/redrive', { ...selection, rate })

export const discard = (selection: Selection) =>
  postJson<{ readonly discarded: number }>('/dead-letters/discard', selection)
