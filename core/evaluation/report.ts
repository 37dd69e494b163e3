import type { Manifest } from '../manifest.ts'
import type { Costs } from './confusion.ts'
import { type BinaryEvaluation, evaluateBinary } from './evaluate-binary.ts'
import { evaluateMulticlass, type MulticlassEvaluation } from './evaluate-multiclass.ts'
import { evaluateRegression, type RegressionEvaluation } from './evaluate-regression.ts'
import { type Coefficient, describeCoefficients, type FeatureImportance } from './importance.ts'
import type { MetricName, Metrics } from './metric.ts'
import { type DataProfile, profileOf } from './profile.ts'
import { type QualityName, qualityName } from './quality.ts'
import { classNames, mean, type Sample } from './sample.ts'
import { type Slice, slicesOf } from './slices.ts'

/**
 * `report.json`: everything that is said about a model's quality. The model card, the HTML report, the console and the command line read
 * their numbers here and nowhere else.
 *
 * A training writes it so:
 *
 *     const importance = await permutationImportance({ table, task, ...test, score, random })
 *     const report = createReport({ manifest, data, test, train, importance, weights, crossValidation, random })
 *     write('report.json', JSON.stringify(report)); write('README.md', toModelCard(manifest, report, previousCard))
 *
 * with `test = { columns, targets, outputs }` and `train = { columns, targets, missing }`.
 */
export type Report = ReportHead &
  (
    | ({ readonly task: 'binary'; readonly positive: string; readonly negative: string } & BinaryEvaluation)
    | ({ readonly task: 'multiclass' } & MulticlassEvaluation)
    | ({ readonly task: 'regression' } & RegressionEvaluation)
  )

type ReportHead = {
  readonly schemaVersion: 1
  readonly model: string
  readonly version: number
  readonly title: string
  readonly algorithm: string
  readonly target: string
  readonly data: ReportData
  readonly metrics: Metrics
  readonly crossValidation?: CrossValidation
  /** What `slices[].quality` and `importance[].loss` are figures of. */
  readonly quality: QualityName
  readonly slices: readonly Slice[]
  /** Most important first; empty where it was not measured. */
  readonly importance: readonly FeatureImportance[]
  readonly coefficients?: readonly CoefficientTable[]
  readonly profile?: DataProfile
}

export type ReportData = {
  /** What the rows are called: a file's name. */
  readonly name: string
  /** Of the whole data file, in hex. */
  readonly sha256?: string
  /** Rows that were judged, and rows that were learned from. */
  readonly rows: number
  readonly trainingRows?: number
}

export type CrossValidation = {
  readonly metric: MetricName
  /** One figure a fold. */
  readonly scores: readonly number[]
  readonly mean: number
  /** Over the folds, without Bessel's correction. */
  readonly standardDeviation: number
}

/** The weights of a linear model; of more than two classes one table a class. */
export type CoefficientTable = {
  readonly class?: string
  readonly intercept: number
  readonly columns: readonly Coefficient[]
}

export type LinearWeights = { readonly class?: string; readonly intercept: number; readonly weights: ArrayLike<number> }

export type ReportFacts = {
  readonly manifest: Pick<Manifest, 'name' | 'version' | 'title' | 'algorithm' | 'task' | 'features'>
  readonly data: { readonly name: string; readonly sha256?: string }
  /** Rows the model has not seen, with its outputs for them. */
  readonly test: Sample & { readonly outputs: ArrayLike<number> }
  /** Rows it has learned from, with the blank cells of each feature; without them there is no profile. */
  readonly train?: Sample & { readonly missing?: ArrayLike<number> }
  /** Of a linear model, on the columns as `columnsOf` names them. */
  readonly weights?: readonly LinearWeights[]
  readonly importance?: readonly FeatureImportance[]
  readonly crossValidation?: CrossValidation
  /** Instead of the manifest's. */
  readonly threshold?: number
  readonly costs?: Costs
  /** Features to slice by; without it all. */
  readonly sliceBy?: readonly string[]
  /** Uniform in [0, 1), seeded: the same facts give the same report, byte for byte. */
  readonly random: () => number
}

/** Judges a model by held-out rows. Figures keep ten significant digits, so that the last bit of a machine's arithmetic does not show. */
export function createReport(facts: ReportFacts): Report {
  const { manifest, test, train } = facts
  const { task, features } = manifest
  const { metrics, part } = evaluate(facts)
  const report: Report = {
    schemaVersion: 1,
    model: manifest.name,
    version: manifest.version,
    title: manifest.title,
    algorithm: manifest.algorithm,
    target: task.target,
    ...part,
    data: {
      ...facts.data,
      rows: test.targets.length,
      ...(train === undefined ? {} : { trainingRows: train.targets.length }),
    },
    metrics,
    ...(facts.crossValidation === undefined ? {} : { crossValidation: facts.crossValidation }),
    quality: qualityName(task),
    slices: slicesOf(features, task, test, facts.sliceBy),
    importance: facts.importance ?? [],
    ...(facts.weights === undefined ? {} : { coefficients: coefficientTables(facts, facts.weights) }),
    ...(train === undefined ? {} : { profile: profileOf(features, task, train, train.missing) }),
  }
  return rounded(report)
}

type TaskPart =
  | ({ task: 'binary'; positive: string; negative: string } & BinaryEvaluation)
  | ({ task: 'multiclass' } & MulticlassEvaluation)
  | ({ task: 'regression' } & RegressionEvaluation)

function evaluate({ manifest: { task }, test, train, threshold, costs, random }: ReportFacts): {
  metrics: Metrics
  part: TaskPart
} {
  const { targets, outputs } = test
  switch (task.kind) {
    case 'binary': {
      const [negative, positive] = classNames(task) as [string, string]
      const { metrics, evaluation } = evaluateBinary({
        targets,
        outputs,
        threshold: threshold ?? task.threshold,
        ...(train === undefined ? {} : { prior: mean(train.targets) }),
        ...(costs === undefined ? {} : { costs }),
        random,
      })
      return { metrics, part: { task: 'binary', positive, negative, ...evaluation } }
    }
    case 'multiclass': {
      const { metrics, evaluation } = evaluateMulticlass({
        targets,
        outputs,
        classes: task.classes,
        ...(train === undefined ? {} : { priors: task.classes.map((_, index) => shareOf(train.targets, index)) }),
        random,
      })
      return { metrics, part: { task: 'multiclass', ...evaluation } }
    }
    case 'regression': {
      const { metrics, evaluation } = evaluateRegression({
        targets,
        outputs,
        ...(train === undefined ? {} : { prior: mean(train.targets) }),
        ...(task.unit === undefined ? {} : { unit: task.unit }),
        random,
      })
      return { metrics, part: { task: 'regression', ...evaluation } }
    }
  }
}

function shareOf(targets: ArrayLike<number>, index: number): number {
  let count = 0
  for (let row = 0; row < targets.length; row++) if (targets[row] === index) count++
  return count / targets.length
}

function coefficientTables(
  { manifest: { task, features }, test, train }: ReportFacts,
  tables: readonly LinearWeights[],
): CoefficientTable[] {
  const { columns } = train ?? test
  return tables.map(({ intercept, weights, ...head }) => ({
    ...head,
    intercept,
    columns: describeCoefficients(features, weights, columns, task.kind !== 'regression'),
  }))
}

function rounded<Value>(value: Value): Value {
  const round = (part: unknown): unknown => {
    if (typeof part === 'number') return Number.isInteger(part) ? part : Number(part.toPrecision(10))
    if (Array.isArray(part)) return part.map(round)
    if (typeof part === 'object' && part !== null)
      return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, round(inner)]))
    return part
  }
  return round(value) as Value
}
