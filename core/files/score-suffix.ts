import { compileDecide, type Decision, type Scores } from '../decision.ts'
import type { Manifest } from '../manifest.ts'
import { createNumberTexts, toScoreValues } from './score-text.ts'

/** Reads the score of row `index` as the bytes that its row gains; undefined where the model gave no finite number. */
export type ScoreSuffix = (scores: Scores, index: number, totals: Totals) => Uint8Array | undefined

/** What a summary says of all scores together. */
export type Totals = { sum: number; positives: number }

/** Compiles the writer of a task's scores; `write` turns one decision into the bytes that a format appends. */
export function createScoreSuffix(
  { task }: Manifest,
  write: (values: ReturnType<typeof toScoreValues>) => Uint8Array,
): ScoreSuffix {
  const decide = compileDecide(task)
  const one = (decision: Decision): Uint8Array => write(toScoreValues(decision))
  if (task.kind !== 'binary')
    return (scores, index, totals) => {
      const decision = decide(scores, index)
      if (decision?.kind === 'regression') totals.sum += decision.value
      return decision && one(decision)
    }

  const { threshold } = task
  const suffixOf = createNumberTexts(probability =>
    one({ kind: 'binary', probability, label: probability >= threshold }),
  )
  const positive = task.classes.indexOf(task.positive)
  return ({ values, stride, first }, index, totals) => {
    const probability = values[(first + index) * stride + (stride === 1 ? 0 : positive)] as number
    if (!Number.isFinite(probability)) return undefined
    totals.sum += probability
    if (probability >= threshold) totals.positives++
    return suffixOf(probability)
  }
}
