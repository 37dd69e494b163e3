import type { FeatureTable, Manifest } from '@scaling-mlops/core'
import { skipToken, useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { ApiError, postJson } from './http.ts'
import { type FormRow, type ModelPlace, modelPath } from './models.ts'

/** A row's result with all that is shown around it. `output` is the probability of the named class, or the number that is estimated. */
export type WhatIf = {
  readonly row: FormRow
  readonly task: Manifest['task']['kind']
  readonly output: number
  readonly unit?: string | undefined
  /** The class with its probability, of several classes. */
  readonly named?: string | undefined
  /** The probability of each class, of several classes. */
  readonly classes?: readonly { readonly name: string; readonly probability: number }[] | undefined
  /** What the model says on average; absent where it is not known. */
  readonly base?: number | undefined
  /** Signed amounts by field; empty where there is no explanation. */
  readonly contributions: readonly { readonly feature: string; readonly amount: number }[]
  /** Why there are none. */
  readonly unexplained?: string | undefined
  readonly responses: Readonly<Record<string, Response>>
  readonly flips: readonly { readonly feature: string; readonly value: string | number; readonly output: number }[]
  readonly method?: string | undefined
  /** Between the question and the answer, as this page saw it. */
  readonly milliseconds: number
}

/** What an answer says by itself. */
type Said = Omit<WhatIf, 'row' | 'milliseconds'>

/** How the output moves with one field alone. */
export type Response =
  | { readonly kind: 'curve'; readonly points: readonly (readonly [value: number, output: number])[] }
  | { readonly kind: 'options'; readonly options: readonly { readonly value: string; readonly output: number }[] }

/** The result of a row, and until it is there the last good one with the row it was of. */
export function useWhatIf(
  place: ModelPlace,
  manifest: Manifest,
  row: FormRow | undefined,
  threshold: number | undefined,
): {
  readonly result: WhatIf | undefined
  readonly error: Error | null
  readonly isFetching: boolean
  readonly again: () => void
} {
  const last = useRef<WhatIf>(undefined)
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['whatif', place, row, threshold],
    queryFn: row === undefined ? skipToken : ({ signal }) => askWhatIf(place, manifest, row, threshold, signal),
    staleTime: 60_000,
    gcTime: 60_000,
    retry: false,
  })
  if (data !== undefined) last.current = data
  return { result: last.current, error, isFetching, again: () => void refetch() }
}

async function askWhatIf(
  place: ModelPlace,
  manifest: Manifest,
  row: FormRow,
  threshold: number | undefined,
  signal: AbortSignal,
): Promise<WhatIf> {
  const started = performance.now()
  try {
    const document = await postJson<WhatIfDocument>(`${modelPath(place)}/whatif`, row, signal)
    return { ...fromDocument(document, manifest, threshold), row, milliseconds: performance.now() - started }
  } catch (error) {
    // a model that cannot be explained still predicts
    if (!(error instanceof ApiError) || error.issues.length > 0 || error.isUnreachable || error.status === 429)
      throw error
    const answer = await postJson<Answer>(`${modelPath(place)}/predict`, row, signal)
    return { ...fromAnswer(answer, manifest.task), row, milliseconds: performance.now() - started }
  }
}

/** What `POST …/whatif` answers, as far as it is shown. */
type WhatIfDocument = {
  readonly answer: Answer
  readonly output: string
  readonly score: number
  readonly threshold?: number
  readonly explanation?: {
    readonly method: string
    readonly base: number
    readonly baseProbability?: number
    readonly contributions: readonly { readonly feature: string; readonly contribution: number }[]
  }
  readonly explanationAbsent?: string
  readonly curves: readonly { readonly feature: string; readonly points: readonly (readonly [number, number])[] }[]
  readonly options: readonly {
    readonly feature: string
    readonly values: readonly { readonly value: string; readonly score: number }[]
  }[]
  readonly changes: readonly { readonly feature: string; readonly to: string | number; readonly score: number }[]
}

type Answer = Readonly<Record<string, unknown>>

function fromDocument(document: WhatIfDocument, { task, features }: Manifest, threshold: number | undefined): Said {
  const { score, explanation } = document
  const responses: Record<string, Response> = {}
  for (const { feature, points } of document.curves) responses[feature] = { kind: 'curve', points }
  for (const { feature, values } of document.options)
    responses[feature] = { kind: 'options', options: values.map(({ value, score: output }) => ({ value, output })) }
  const isModels = threshold === undefined || threshold === document.threshold
  return {
    task: task.kind,
    output: score,
    unit: task.kind === 'regression' ? task.unit : undefined,
    ...(task.kind === 'multiclass' ? { named: document.output, classes: classesOf(document.answer) } : {}),
    base: task.kind === 'regression' ? explanation?.base : explanation?.baseProbability,
    method: explanation?.method,
    unexplained: document.explanationAbsent,
    contributions:
      explanation?.contributions.map(({ feature, contribution }) => ({ feature, amount: contribution })) ?? [],
    responses,
    flips: isModels
      ? document.changes.map(({ feature, to, score: output }) => ({ feature, value: to, output }))
      : flipsAt(threshold, score, features, responses),
  }
}

/** Single changes that cross another threshold than the model's, read from the responses: of each actionable field the one that just crosses. */
export function flipsAt(
  threshold: number,
  score: number,
  features: FeatureTable,
  responses: Readonly<Record<string, Response>>,
): WhatIf['flips'] {
  const crosses = (output: number) => output >= threshold !== score >= threshold
  const distance = (output: number) => Math.abs(output - threshold)
  return features
    .filter(({ actionable }) => actionable)
    .flatMap(({ name }) => {
      const response = responses[name]
      const candidates =
        response?.kind === 'curve'
          ? response.points.map(([value, output]) => ({ feature: name, value, output }))
          : (response?.options.map(option => ({ feature: name, ...option })) ?? [])
      return candidates
        .filter(({ output }) => crosses(output))
        .toSorted((a, b) => distance(a.output) - distance(b.output))
        .slice(0, 1)
    })
    .toSorted((a, b) => distance(b.output) - distance(a.output))
    .slice(0, 5)
}

/** What `/predict` says alone. */
export function fromAnswer(answer: Answer, task: Manifest['task']): Said {
  const nothing = { contributions: [], responses: {}, flips: [] }
  switch (task.kind) {
    case 'binary':
      return { task: 'binary', output: Number(answer[`${task.target}_probability`]), ...nothing }
    case 'multiclass': {
      const named = String(answer[task.target])
      const classes = classesOf(answer)
      const output = classes.find(({ name }) => name === named)?.probability ?? Number.NaN
      return { task: 'multiclass', named, classes, output, ...nothing }
    }
    case 'regression':
      return { task: 'regression', output: Number(answer[task.target]), unit: task.unit, ...nothing }
  }
}

function classesOf({ probabilities }: Answer): NonNullable<WhatIf['classes']> {
  return Object.entries((probabilities ?? {}) as Readonly<Record<string, number>>).map(([name, probability]) => ({
    name,
    probability,
  }))
}
