import { CoreError } from '../errors.ts'
import type { Model, Tensor } from '../ports/model.ts'
import { compilePreprocess } from '../preprocess.ts'
import { type Dataset, readRow } from './dataset.ts'

/** What a written graph may differ from the trainer, relative to max(1, |trainer's value|). */
export const TOLERANCE = 1e-6

const ROWS_PER_RUN = 1_024

/** The largest difference between graph and trainer over some rows, relative to max(1, |trainer's value|). `expected` holds the trainer's outputs, row after row. */
export async function compareWithGraph(
  model: Model,
  tensors: { readonly input: string; readonly output: string },
  dataset: Dataset,
  rows: Uint32Array,
  expected: Float64Array,
): Promise<number> {
  const { width, write } = compilePreprocess(dataset.table)
  const outputs = expected.length / rows.length
  const slots: number[] = []
  let most = 0
  for (let start = 0; start < rows.length; start += ROWS_PER_RUN) {
    const part = rows.subarray(start, start + ROWS_PER_RUN)
    const data = new Float32Array(part.length * width)
    part.forEach((row, index) => {
      readRow(dataset, row, slots)
      write(slots, data, index * width)
    })
    const feeds = { [tensors.input]: { type: 'float32', shape: [part.length, width], data } } as const
    const answered = (await model.run(feeds, [tensors.output])).outputs[tensors.output] as Tensor
    for (let index = 0; index < part.length * outputs; index++) {
      const trained = expected[start * outputs + index] as number
      const difference = Math.abs(Number(answered.data[index]) - trained) / Math.max(1, Math.abs(trained))
      // written so that NaN does not pass
      if (!(difference <= most)) most = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference
    }
  }
  return most
}

/** Throws `golden_mismatch` where a graph is further from the trainer than `TOLERANCE`: such a graph is never published. */
export function assertAgreement(difference: number): void {
  if (!(difference <= TOLERANCE))
    throw new CoreError(
      'golden_mismatch',
      `the written graph differs from the trainer by ${difference.toExponential(1)}, allowed is ${TOLERANCE}; nothing is published`,
    )
}
