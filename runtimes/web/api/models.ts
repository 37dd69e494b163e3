import type { CatalogueEntry, Manifest } from '@scaling-mlops/core'
import type { Report } from '@scaling-mlops/core/evaluation'
import { skipToken, type UseQueryResult, useQuery } from '@tanstack/react-query'
import { ask, getJson } from './http.ts'

/** A row as a form holds it: numbers, texts of categories, null for what is not known. */
export type FormRow = Readonly<Record<string, string | number | null>>

export type Example = { readonly name: string; readonly row: FormRow }

export type ModelPlace = { readonly name: string; readonly version: number | undefined }

/** The API's path of a model, of one version or of that which serves. */
export function modelPath({ name, version }: ModelPlace): string {
  return `/models/${encodeURIComponent(name)}${version === undefined ? '' : `/versions/${version}`}`
}

/** The console's address of one of a model's pages. */
export function pagePath({ name, version }: ModelPlace, page: string): string {
  return `/m/${encodeURIComponent(name)}${version === undefined ? '' : `/${version}`}/${page}`
}

export function useModels(): UseQueryResult<readonly CatalogueEntry[]> {
  return useQuery({
    queryKey: ['models'],
    queryFn: async ({ signal }) => (await getJson<{ models: readonly CatalogueEntry[] }>('/models', signal)).models,
  })
}

export function useModel(place: ModelPlace): UseQueryResult<Manifest> {
  return useQuery({
    queryKey: ['manifest', place],
    queryFn: async ({ signal }) => (await getJson<{ manifest: Manifest }>(modelPath(place), signal)).manifest,
  })
}

export function useReport(place: ModelPlace): UseQueryResult<Report> {
  return useQuery({
    queryKey: ['report', place],
    queryFn: ({ signal }) => getJson<Report>(`${modelPath(place)}/report`, signal),
    // several parts of a page ask for it: a report that is not there is not asked for by each again
    retryOnMount: false,
  })
}

export function useCard(place: ModelPlace | undefined): UseQueryResult<string> {
  return useQuery({
    queryKey: ['card', place],
    queryFn:
      place === undefined
        ? skipToken
        : async ({ signal }) =>
            (await ask(`${modelPath(place)}/card`, { signal, headers: { accept: 'text/markdown' } })).text(),
  })
}

export function useExamples(place: ModelPlace): UseQueryResult<readonly Example[]> {
  return useQuery({
    queryKey: ['examples', place],
    queryFn: async ({ signal }) =>
      (await getJson<{ examples: readonly Example[] }>(`${modelPath(place)}/examples`, signal)).examples,
  })
}
