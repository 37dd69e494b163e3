import { compileDecide, type Scores } from '../decision.ts'
import type { PayloadRow } from '../payload-line.ts'
import { addedColumns, NOT_FINITE, type RowError, type ScoreBlock } from './block.ts'
import { createByteWriter } from './byte-writer.ts'
import { quoteCell, textOfCell, writeCells } from './csv-cell.ts'
import { fieldsOfRecord } from './csv-fields.ts'
import type { CsvPlan } from './csv-plan.ts'
import { createCells, readRecord } from './csv-records.ts'
import { createCsvRowReader } from './csv-row-reader.ts'
import { isFormula } from './formula.ts'
import { createScoreSuffix } from './score-suffix.ts'
import type { ScorerDependencies } from './scorer-dependencies.ts'
import { compileTopContributions, type TopContributions } from './top-contributions.ts'

/** Rows of one run of the graph: its buffers then stay in the processor's cache. */
const BATCH_ROWS = 1024

/** Compiles the scorer of one file's records: bytes in, the same bytes with their scores out. */
export function createCsvScorer(plan: CsvPlan, dependencies: ScorerDependencies): ScoreBlock {
  const { manifest, runBatch, text, turn, record } = dependencies
  const { delimiter, features } = plan
  const separator = String.fromCharCode(delimiter)
  const readRow = createCsvRowReader(plan, manifest.features, text)
  const topContributions = compileTopContributions(plan.explain, dependencies)
  const tail = `${separator}${manifest.version}${separator}`
  const suffix = createScoreSuffix(manifest, ({ probability = '', prediction }) => {
    const label = typeof prediction === 'string' ? quoteCell(prediction, delimiter) : prediction
    return text.encode(`${separator}${probability}${separator}${label}${topContributions ? '' : tail}`)
  })
  const explained = (contributions: TopContributions): Uint8Array => {
    const { base, top, rest } = contributions
    const cells = top.map(({ field, contribution }) => quoteCell(`${field}:${contribution}`, delimiter))
    return text.encode(`${separator}${[base, ...cells, rest].join(separator)}${tail}`)
  }
  const beforeError = separator.repeat(addedColumns(plan.explain).length)
  const writeFailure = (message: string): Uint8Array => text.encode(beforeError + quoteCell(message, delimiter))
  const decide = compileDecide(manifest.task)
  const cells = createCells()
  const spare: Batch[] = []

  return async block => {
    const batch = spare.pop() ?? createBatch(manifest.features.length)
    const writer = createByteWriter(block.length + (block.length >> 1))
    const errors: RowError[] = []
    const validBlock = text.isValid(block)
    const totals = { sum: 0, positives: 0 }
    let fatal: { line: number; message: string } | undefined
    let rows = 0
    let failed = 0
    let lines = 0
    let at = 0

    /** Reads the records from `at` on into the batch. */
    const readBatch = (): void => {
      batch.rows = 0
      batch.good = 0
      while (batch.rows < BATCH_ROWS && at < block.length) {
        const start = at
        const line = lines
        at = readRecord(block, start, delimiter, cells)
        if (at < 0) {
          fatal = { line, message: 'a quote is opened in this row and never closed' }
          at = block.length
          return
        }
        lines += 1 + cells.innerLines
        // a blank line is no row
        if (cells.count === 1 && cells.textEnd === start) continue
        const row = batch.rows++
        batch.starts[row] = start
        batch.textEnds[row] = cells.textEnd
        batch.ends[row] = at
        batch.lines[row] = line
        const slots = batch.slots[batch.good] as number[]
        const message = readRow({ block, cells, start, line, validBlock }, slots, errors)
        batch.messages[row] = message
        if (message === undefined) batch.good++
        else failed++
        batch.rewritten[row] = mustRewrite(message) ? 1 : 0
      }
      rows += batch.rows
    }

    const mustRewrite = (message: string | undefined): boolean => {
      if (message !== undefined && (cells.count !== features.length || !cells.plain)) return true
      if (!cells.mayHoldFormula) return false
      for (let cell = 0; cell < cells.count; cell++)
        if (isFormula(block, cells.starts[cell] as number, cells.ends[cell] as number)) return true
      return false
    }

    /** What is told of a row of the batch; the scores of one that could be scored begin at `index`. */
    const describe = (row: number, scores: Scores | undefined, index: number): Omit<PayloadRow, 'id'> => {
      const decision = batch.messages[row] === undefined && scores !== undefined ? decide(scores, index) : undefined
      if (decision === undefined) {
        const issues = errors.filter(({ line }) => line === batch.lines[row])
        return {
          fields: {},
          outcome: { ok: false, issues: issues.map(({ column, code }) => ({ field: column, code })) },
        }
      }
      readRecord(block, batch.starts[row] as number, delimiter, cells)
      return { fields: fieldsOfRecord(block, cells, plan, manifest.features, text), outcome: { ok: true, decision } }
    }

    const writeBatch = (scores: Scores | undefined): void => {
      const first = rows - batch.rows
      let next = 0
      // from here on nothing is written yet: a line break goes with the row behind it, in one copy
      let from = batch.starts[0] as number
      let end = from
      for (let row = 0; row < batch.rows; row++) {
        const start = batch.starts[row] as number
        const textEnd = batch.textEnds[row] as number
        if (start !== end) {
          // there were blank lines
          writer.copy(block, from, end)
          from = start
        }
        end = batch.ends[row] as number
        if (batch.rewritten[row] === 0) writer.copy(block, from, textEnd)
        else {
          writer.copy(block, from, start)
          readRecord(block, start, delimiter, cells)
          writeCells(writer, block, cells, features.length, delimiter, text)
        }
        const index = next
        let message = batch.messages[row]
        if (message === undefined && scores !== undefined) {
          const slots = batch.slots[next] as number[]
          const scored = suffix(scores, next++, totals)
          if (scored !== undefined) {
            writer.bytes(scored)
            if (topContributions) writer.bytes(explained(topContributions(slots)))
          } else {
            message = NOT_FINITE
            failed++
            readRecord(block, start, delimiter, cells)
            errors.push({
              line: batch.lines[row] as number,
              id: plan.id < 0 ? '' : textOfCell(block, cells, plan.id, text),
              column: '',
              code: 'not_finite',
              message,
              value: '',
            })
          }
        }
        if (message !== undefined) writer.bytes(writeFailure(message))
        record?.(first + row, () => describe(row, scores, index))
        from = textEnd
      }
      writer.copy(block, from, end)
    }

    while (at < block.length) {
      readBatch()
      const scores = batch.good === 0 ? undefined : (await runBatch(batch.slots.slice(0, batch.good))).scores
      if (scores === undefined) await turn?.()
      writeBatch(scores)
    }
    spare.push(batch)
    errors.sort((a, b) => a.line - b.line)
    return { output: writer.take(), rows, lines, failed, errors, ...totals, ...(fatal && { fatal }) }
  }
}

type Batch = ReturnType<typeof createBatch>

function createBatch(features: number) {
  return {
    rows: 0,
    /** Rows that are to be scored; the first so many of `slots` are theirs. */
    good: 0,
    // not whole numbers: engines keep an array that began with one as plain doubles
    slots: Array.from({ length: BATCH_ROWS }, () => new Array<number>(features).fill(0.5)),
    starts: new Int32Array(BATCH_ROWS),
    textEnds: new Int32Array(BATCH_ROWS),
    ends: new Int32Array(BATCH_ROWS),
    lines: new Int32Array(BATCH_ROWS),
    rewritten: new Uint8Array(BATCH_ROWS),
    messages: new Array<string | undefined>(BATCH_ROWS),
  }
}
