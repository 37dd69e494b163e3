import type { FeatureTable } from '../feature-table.ts'
import type { Manifest } from '../manifest.ts'
import { quantileEdges, upperBound } from './histogram.ts'
import { outputsPerRow, type Sample } from './sample.ts'

/** `reference.json`: how the rows of the training were distributed, as counts and nothing else. Drift is measured against it. */
export type Reference = {
  readonly schemaVersion: 1
  readonly model: string
  readonly version: number
  readonly rows: number
  readonly features: readonly FeatureBins[]
  /** Distribution of the deciding outputs on rows held out of the training, one entry an output. */
  readonly scores: readonly NumberBins[]
}

/** `counts[i]`: values from `edges[i − 1]` (included) to below `edges[i]`; the outer bins are open. */
export type NumberBins = {
  readonly name: string
  readonly kind: 'number'
  readonly edges: readonly number[]
  readonly counts: readonly number[]
  readonly minimum: number
  readonly maximum: number
}

/** `counts` follows `values`, then one count of values the model does not know. */
export type CategoryBins = {
  readonly name: string
  readonly kind: 'category'
  readonly values: readonly string[]
  readonly counts: readonly number[]
}

export type FeatureBins = NumberBins | CategoryBins

/** Deciles for numbers, values for categories; `outputs` are the model's on held-out rows. */
export function createReference(facts: {
  readonly manifest: Pick<Manifest, 'name' | 'version' | 'task' | 'features'>
  readonly train: Pick<Sample, 'columns'>
  readonly outputs: ArrayLike<number>
}): Reference {
  const { manifest, train, outputs } = facts
  const { task } = manifest
  const names = task.kind === 'multiclass' ? task.classes : [task.kind === 'binary' ? task.positive : task.target]
  const width = outputsPerRow(task)
  return {
    schemaVersion: 1,
    model: manifest.name,
    version: manifest.version,
    rows: train.columns[0]?.length ?? 0,
    features: featureBins(manifest.features, train.columns),
    scores: names.map((name, cell) =>
      numberBins(
        name,
        Float64Array.from({ length: outputs.length / width }, (_, row) => outputs[row * width + cell] as number),
      ),
    ),
  }
}

function featureBins(table: FeatureTable, columns: Sample['columns']): FeatureBins[] {
  return table.map((feature, index) => {
    const column = columns[index] as ArrayLike<number>
    if (feature.kind === 'number') return numberBins(feature.name, column)
    const values = feature.values.map(({ value }) => value)
    return {
      name: feature.name,
      kind: 'category',
      values,
      counts: countBins(column, values.length + 1, slot => (slot < 0 ? values.length : slot)),
    }
  })
}

function numberBins(name: string, values: ArrayLike<number>): NumberBins {
  const edges = quantileEdges(values, 10)
  let [minimum, maximum] = [values[0] as number, values[0] as number]
  for (let row = 0; row < values.length; row++) {
    minimum = Math.min(minimum, values[row] as number)
    maximum = Math.max(maximum, values[row] as number)
  }
  const counts = countBins(values, edges.length + 1, value => upperBound(edges, value))
  return { name, kind: 'number', edges, counts, minimum, maximum }
}

function countBins(values: ArrayLike<number>, bins: number, binOf: (value: number) => number): number[] {
  const counts = new Array<number>(bins).fill(0)
  for (let row = 0; row < values.length; row++) {
    const bin = binOf(values[row] as number)
    counts[bin] = (counts[bin] as number) + 1
  }
  return counts
}
