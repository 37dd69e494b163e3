import { compileDecide } from '../decision.ts'
import { type Issue, shown, summarise } from '../issue.ts'
import { compileSlot } from '../slot.ts'
import { NOT_FINITE, type RowError } from './block.ts'
import { compileColumnReader } from './column-reader.ts'
import type { ColumnSource, Columns, ScoredColumns, Tally } from './columns.ts'
import type { ColumnMatch } from './match-columns.ts'
import { toScoreValues } from './score-text.ts'
import type { ScorerDependencies } from './scorer-dependencies.ts'
import { compileTopContributions } from './top-contributions.ts'

/** Rows of one run of the graph: its buffers then stay in the processor's cache. */
const BATCH_ROWS = 1024

export type ScoredRows = Tally & { readonly scored: ScoredColumns; readonly errors: readonly RowError[] }

/** Compiles the scorer of rows that lie in columns: a column at a time is read, without a text in between. */
export function createColumnScorer(
  { features, id, explain }: ColumnMatch & { readonly explain: number },
  plain: ColumnSource['plain'],
  { manifest, runBatch, explain: explainRow }: Pick<ScorerDependencies, 'manifest' | 'runBatch' | 'explain'>,
): (columns: Columns) => Promise<ScoredRows> {
  const table = manifest.features
  const decide = compileDecide(manifest.task)
  const topContributions = compileTopContributions(explain, { manifest, explain: explainRow })
  const given = features.flatMap((feature, column) => {
    const found = table[feature]
    return found === undefined ? [] : [{ feature, column, read: compileColumnReader(found, plain) }]
  })
  const absent = table.map(feature => compileSlot(feature).absent())
  // not whole numbers: engines keep an array that began with one as plain doubles
  const slots = Array.from({ length: BATCH_ROWS }, () => absent.map(slot => (typeof slot === 'number' ? slot : 0.5)))

  return async columns => {
    const rows = columns[0]?.length ?? 0
    const column = (): unknown[] => new Array(rows).fill(undefined)
    const probability = column()
    const prediction = column()
    const explanation = column()
    const version = column()
    const error = column()
    const errors: RowError[] = []
    let failed = 0
    let sum = 0
    let positives = 0

    const refuse = (row: number, found: readonly Omit<RowError, 'line' | 'id'>[], message: string): void => {
      const name = id < 0 ? '' : String(plain(columns[id]?.[row]) ?? '')
      for (const one of found) errors.push({ line: row, id: name, ...one })
      error[row] = message
      failed++
    }

    for (let from = 0; from < rows; from += BATCH_ROWS) {
      const count = Math.min(BATCH_ROWS, rows - from)
      const issues = new Map<number, { issue: Issue; value: unknown }[]>()
      for (const { feature, column, read } of given) {
        const values = columns[column] as ArrayLike<unknown>
        for (let row = 0; row < count; row++) {
          const slot = read(values[from + row])
          if (typeof slot === 'number') (slots[row] as number[])[feature] = slot
          else issues.set(row, [...(issues.get(row) ?? []), { issue: slot, value: plain(values[from + row]) }])
        }
      }
      const good: number[] = []
      for (let row = 0; row < count; row++) if (!issues.has(row)) good.push(row)
      for (const [row, found] of issues)
        refuse(from + row, found.map(toRowError), summarise(found.map(({ issue }) => issue)))
      if (good.length === 0) continue

      const batch = good.length === count ? slots.slice(0, count) : good.map(row => slots[row] as number[])
      const { scores } = await runBatch(batch)
      for (let index = 0; index < good.length; index++) {
        const row = from + (good[index] as number)
        const decision = decide(scores, index)
        if (decision === undefined) {
          refuse(row, [{ column: '', code: 'not_finite', message: NOT_FINITE, value: '' }], NOT_FINITE)
          continue
        }
        const values = toScoreValues(decision)
        probability[row] = values.probability
        prediction[row] = values.prediction
        version[row] = manifest.version
        if (topContributions) {
          const { base, top, rest } = topContributions(batch[index] as number[])
          const contributions = Object.fromEntries(top.map(({ field, contribution }) => [field, contribution]))
          explanation[row] = { base, contributions, rest }
        }
        if (decision.kind === 'regression') sum += decision.value
        if (decision.kind === 'binary') sum += decision.probability
        if (decision.kind === 'binary' && decision.label) positives++
      }
    }
    errors.sort((a, b) => a.line - b.line)
    const scored = {
      ...(manifest.task.kind === 'regression' ? {} : { probability }),
      prediction,
      ...(topContributions === undefined ? {} : { explanation }),
      model_version: version,
      error,
    }
    return { scored, rows, failed, errors, sum, positives }
  }
}

function toRowError({
  issue: { field, code, message },
  value,
}: {
  issue: Issue
  value: unknown
}): Omit<RowError, 'line' | 'id'> {
  const text = typeof value === 'string' ? value.slice(0, 200) : shown(value ?? '')
  return { column: field, code, message, value: text }
}
