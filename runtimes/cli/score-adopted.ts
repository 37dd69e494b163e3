import { CoreError, compileValidate, createRunBatch, type Golden, type Manifest, type Model } from '@scaling-mlops/core'
import type { AdoptedRow } from './adopted-rows.ts'

/** How far an adopted graph may be from the library that trained it, relative to max(1, |expected|). */
const TOLERANCE = 1e-5
const GOLDEN_ROWS = 20
const BATCH = 1024

export type AdoptedScores = {
  /** The deciding output of every row, as golden rows hold it. */
  readonly outputs: readonly (readonly number[])[]
  /** The largest relative difference to what was expected, where that was given. */
  readonly difference: number | undefined
}

/** Scores rows through the code that serves, in company and alone. Throws `golden_mismatch` where a row's answer is not what was expected, not finite, or depends on its neighbours. */
export async function scoreAdopted(
  manifest: Manifest,
  model: Model,
  rows: readonly AdoptedRow[],
): Promise<AdoptedScores> {
  try {
    const score = createScore(manifest, model)
    const outputs: number[][] = []
    for (let start = 0; start < rows.length; start += BATCH)
      outputs.push(...(await score(rows.slice(start, start + BATCH))))
    for (const at of [0, rows.length - 1]) {
      const [alone] = await score(rows.slice(at, at + 1))
      const distance = distanceOf(alone ?? [], outputs[at] ?? [])
      if (!(distance <= TOLERANCE))
        throw mismatch(
          at,
          `alone it is answered with ${alone?.join(', ')}, among others with ${outputs[at]?.join(', ')}`,
        )
    }
    let difference: number | undefined
    rows.forEach(({ expected }, at) => {
      const answered = outputs[at] ?? []
      if (!answered.every(Number.isFinite)) throw mismatch(at, `the model gives ${answered.join(', ')}`)
      if (expected === undefined) return
      const distance = distanceOf(expected, answered)
      if (!(distance <= TOLERANCE)) throw mismatch(at, `expected ${expected.join(', ')}, got ${answered.join(', ')}`)
      difference = Math.max(difference ?? 0, distance)
    })
    return { outputs, difference }
  } finally {
    await model.close()
  }
}

/** Up to 20 rows, spread over all of them. */
export function toGolden(rows: readonly AdoptedRow[], outputs: readonly (readonly number[])[]): Golden {
  const count = Math.min(GOLDEN_ROWS, rows.length)
  const places = Array.from({ length: count }, (_, index) => Math.floor((index * rows.length) / count))
  return {
    tolerance: TOLERANCE,
    rows: places.map(at => ({
      row: rows[at]?.row ?? {},
      output: rows[at]?.expected ?? outputs[at] ?? [],
    })),
  }
}

function createScore(manifest: Manifest, model: Model) {
  const { task, features } = manifest
  const runBatch = createRunBatch(manifest, model)
  const validate = compileValidate(features)
  const positive = task.kind === 'binary' ? task.classes.indexOf(task.positive) : 0
  return async (rows: readonly AdoptedRow[]): Promise<number[][]> => {
    const valid = rows.map(({ row }) => {
      const validation = validate(row)
      if (!validation.ok) throw new CoreError('invalid_row', `${validation.issues[0]?.message}`)
      return validation.row
    })
    const { values, stride } = (await runBatch(valid)).scores
    return rows.map((_, row) => {
      const all = Array.from(values.subarray(row * stride, (row + 1) * stride))
      return task.kind === 'binary' && stride === 2 ? [all[positive] ?? Number.NaN] : all
    })
  }
}

function distanceOf(expected: readonly number[], answered: readonly number[]): number {
  if (expected.length !== answered.length) return Number.POSITIVE_INFINITY
  return expected.reduce(
    (most, value, at) => Math.max(most, Math.abs(value - (answered[at] ?? Number.NaN)) / Math.max(1, Math.abs(value))),
    0,
  )
}

function mismatch(at: number, why: string): CoreError {
  return new CoreError('golden_mismatch', `row ${at + 1}: ${why}`)
}
