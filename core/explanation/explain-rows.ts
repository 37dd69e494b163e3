import type { WriteAnswer } from '../answer.ts'
import type { RunBatch } from '../batcher.ts'
import { CoreError } from '../errors.ts'
import type { FeatureTable } from '../feature-table.ts'
import type { Issue } from '../issue.ts'
import type { Manifest } from '../manifest.ts'
import type { Row } from '../row.ts'
import type { Explainer } from './explainer.ts'
import { type OutputExplanation, toOutputs, totalOf } from './explanation.ts'

/** What a model that serves gives to explanations. */
export type Explained = {
  readonly manifest: Manifest
  readonly runBatch: RunBatch
  readonly writeAnswer: WriteAnswer
}

/** An explanation as it is answered, largest contribution first. */
export type ExplanationDocument = {
  readonly output: string
  readonly base: number
  readonly baseFrom: 'training' | 'golden'
  /** The base of a binary task as a probability. */
  readonly baseProbability?: number
  readonly total: number
  readonly contributions: readonly Contribution[]
}

export type Contribution = {
  readonly feature: string
  readonly value: number | string | null
  readonly contribution: number
}

/** One entry per input, in order: a document, or what is wrong with the row. Rejects with `no_explanation` for a model that has none. */
export async function explainRows(
  { manifest, runBatch, writeAnswer }: Explained,
  explainer: Explainer,
  inputs: readonly unknown[],
): Promise<
  ({ readonly ok: true; readonly document: object } | { readonly ok: false; readonly issues: readonly Issue[] })[]
> {
  const { explain } = explainer
  if (explain === undefined) throw new CoreError('no_explanation', noExplanation(manifest))
  const validations = inputs.map(explainer.validate)
  const rows = validations.flatMap(validation => (validation.ok ? [validation.row] : []))
  const { scores } = rows.length === 0 ? { scores: undefined } : await runBatch(rows)
  let next = 0
  return validations.map(validation => {
    if (!validation.ok) return validation
    const decision = scores && explainer.decide(scores, next++)
    if (decision === undefined) return { ok: false, issues: [notFinite] }
    return {
      ok: true,
      document: {
        model: manifest.name,
        version: manifest.version,
        ...methodOf(manifest),
        answer: JSON.parse(writeAnswer(decision)),
        explained: explain(validation.row).map(each => toDocument(manifest, explainer, validation.row, each)),
      },
    }
  })
}

export const notFinite: Issue = {
  field: '',
  code: 'not_finite',
  message: 'the numbers of this row are so large that the model gives no finite answer',
}

export function methodOf({ task }: Pick<Manifest, 'task'>) {
  return { method: 'linear', scale: task.kind === 'regression' ? 'value' : 'log-odds' } as const
}

/** Why a model is not explained, in words. */
export function noExplanation({ name, version, algorithm }: Manifest): string {
  return `model ${name}, version ${version} (${algorithm}) has no explanations yet; so far linear models have`
}

export function toDocument(
  { task, features }: Pick<Manifest, 'task' | 'features'>,
  { background }: Pick<Explainer, 'background'>,
  row: Row,
  explanation: OutputExplanation,
): ExplanationDocument {
  const { output, base, contributions } = explanation
  return {
    output,
    base,
    baseFrom: background.source,
    ...(task.kind === 'binary' ? { baseProbability: toOutputs(task, [base])[0] as number } : {}),
    total: totalOf(explanation),
    contributions: contributions
      .map((contribution, index) => ({
        feature: features[index]?.name ?? '',
        value: readable(features, index, row[index] as number),
        contribution,
      }))
      .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
  }
}

/** A slot of a row as people write it; null for a category's value that the model does not know. */
export function readable(features: FeatureTable, index: number, slot: number): number | string | null {
  const feature = features[index]
  return feature?.kind === 'category' ? (feature.values[slot]?.value ?? null) : slot
}
