import { crc32 } from 'node:zlib'
import { utf8 } from '@scaling-mlops/adapters/files'
import type { FeatureTable, Manifest, RunBatch, Sink } from '@scaling-mlops/core'
import type { Explain } from '@scaling-mlops/core/explanation'
import { compileScorer, type FileJob, type Progress, scoreFile } from '@scaling-mlops/core/files'

/** Two features, of a model that can be computed by hand. */
const features: FeatureTable = [
  { kind: 'category', name: 'plan', values: [{ value: 'month-to-month' }, { value: 'two_year' }] },
  { kind: 'number', name: 'tenure', minimum: 0, maximum: 1000 },
]
const manifest = {
  version: 3,
  features,
  task: { kind: 'binary', target: 'churn', classes: ['no', 'yes'], positive: 'yes', threshold: 0.5 },
} as unknown as Manifest

/** Tenure ÷ 1000, plus a half for the second plan. */
export const probabilityOf = (plan: number, tenure: number): number => Math.fround(tenure / 1000 / 2 + plan / 2)
const runBatch: RunBatch = async rows => ({
  scores: {
    values: Float32Array.from(rows, ([plan, tenure]) => probabilityOf(plan as number, tenure as number)),
    stride: 1,
    first: 0,
  },
  milliseconds: 0,
})

/** As if the log-odds were these sums. */
const explain: Explain = ([plan, tenure]) => [
  { output: 'yes', base: -0.5, contributions: [(plan as number) * 2 - 1, 0.01 * (tenure as number)] },
]

function memorySink(): Sink & { text(): string } {
  const parts: Uint8Array[] = []
  return {
    write: async bytes => void parts.push(bytes.slice()),
    flush: async () => {},
    commit: async () => {},
    close: async () => {},
    text: () => Buffer.concat(parts).toString(),
  }
}

type Options = Pick<FileJob, 'format' | 'explain' | 'map' | 'id' | 'resume' | 'checkpoint' | 'blockBytes'> & {
  readonly monotonic?: () => number
  readonly chunk?: number
  readonly model?: RunBatch
  readonly record?: Parameters<typeof compileScorer>[1]['record']
}

/** Scores a text that arrives in chunks of so many bytes; nothing about it needs a disk. */
export async function scoreText(
  input: string | Uint8Array,
  { chunk = 1 << 16, monotonic = () => 0, model = runBatch, record, ...options }: Partial<Options> = {},
): Promise<{ output: string; errors: string; progress: Progress }> {
  const bytes = Buffer.from(input)
  const sink = memorySink()
  const errors = memorySink()
  const progress = await scoreFile({
    source: {
      name: 'rows.csv',
      size: bytes.length,
      async *read() {
        for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk)
      },
      async assertUnchanged() {},
    },
    format: 'csv',
    features,
    scorer: {
      concurrency: 2,
      open: plan => compileScorer(plan, { manifest, runBatch: model, text: utf8, explain, record }),
    },
    sink,
    errors,
    text: utf8,
    clock: { now: () => 0, monotonic },
    checksum: crc32,
    tooMany: () => false,
    ...options,
  })
  return { output: sink.text(), errors: errors.text(), progress }
}
