import { createHash } from 'node:crypto'
import { openOnnxModel } from '@scaling-mlops/adapters/onnx'
import { writeGraph } from '@scaling-mlops/adapters/onnx/graph'
import { columnsOf, type Manifest } from '@scaling-mlops/core'
import { type Reference, type Report, toModelCard } from '@scaling-mlops/core/evaluation'
import {
  assertAgreement,
  compareWithGraph,
  type Dataset,
  goldenRows,
  TOLERANCE,
  type Training,
} from '@scaling-mlops/core/training'

export type CheckedGraph = {
  readonly bytes: Uint8Array
  readonly precision: 'float32' | 'float64'
  /** The largest difference to the trainer over the test rows, relative to max(1, |trainer's value|). */
  readonly difference: number
}

const INPUT = 'X'
const OUTPUTS = { binary: 'probability', multiclass: 'probabilities', regression: 'value' }

/** Writes the graph, reloads it and compares it with the trainer on every test row; in 64 bits where 32 lose too much. Rejects with `golden_mismatch` where neither agrees. */
export async function toCheckedGraph(dataset: Dataset, training: Training, fingerprint: string): Promise<CheckedGraph> {
  const narrow = await attempt('float32')
  const graph = narrow.difference <= TOLERANCE ? narrow : await attempt('float64')
  assertAgreement(graph.difference)
  return graph

  async function attempt(precision: CheckedGraph['precision']): Promise<CheckedGraph> {
    const tensors = { input: INPUT, output: OUTPUTS[training.task.kind] }
    const bytes = writeGraph(training.model, columnsOf(dataset.table).length, {
      ...tensors,
      metadata: { fingerprint },
      precision,
    })
    const model = await openOnnxModel(bytes)
    try {
      const difference = await compareWithGraph(model, tensors, dataset, training.split.test, training.testScores)
      return { bytes, precision, difference }
    } finally {
      await model.close()
    }
  }
}

/** What makes two trainings the same: data, settings, features and what was learnt from them. */
export function fingerprintOf(dataHash: string, settings: object, dataset: Dataset, training: Training): string {
  const learnt = JSON.stringify(
    { dataHash, settings, features: dataset.table, task: training.task, model: training.model },
    (_, value) => (ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value),
  )
  return sha256(learnt)
}

/** All files of a version by name, the manifest with the hashes of the others. All but `created` is the same whenever the training is. */
export function toBundleFiles(
  dataset: Dataset,
  training: Training,
  documents: { readonly graph: CheckedGraph; readonly report: Report; readonly reference: Reference },
  identity: Pick<Manifest, 'name' | 'version' | 'title' | 'created' | 'algorithm' | 'training'>,
  previousCard: string | undefined,
): Record<string, string | Uint8Array> {
  const { split, testScores, task } = training
  const files = {
    'model.onnx': documents.graph.bytes,
    'golden.json': toJson(goldenRows(dataset, split.test, testScores)),
    'report.json': toJson(documents.report),
    'reference.json': toJson(documents.reference),
  }
  const manifest: Manifest = {
    schemaVersion: 1,
    ...identity,
    task,
    features: dataset.table,
    input: INPUT,
    output: OUTPUTS[task.kind],
    files: Object.fromEntries(Object.entries(files).map(([name, content]) => [name, sha256(content)])),
  }
  return {
    ...files,
    'manifest.json': toJson(manifest),
    // not among the hashes: parts of the card are written by hand
    'README.md': toModelCard(manifest, documents.report, previousCard),
  }
}

export function toJson(document: unknown): string {
  return `${JSON.stringify(document, null, 1)}\n`
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
