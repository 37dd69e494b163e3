import { CoreError } from './errors.ts'
import { assertFeatureTable, type FeatureTable } from './feature-table.ts'
import { checkInput, type InputColumns } from './input-columns.ts'

/** A bundle's identity card: what it predicts, from which features, through which tensors, and how it came to be. */
export type Manifest = {
  readonly schemaVersion: 1
  readonly name: string
  readonly version: number
  /** What people call the service: "Churn Prediction". */
  readonly title: string
  readonly description?: string
  /** ISO 8601; the only part of a bundle that a second training does not reproduce. */
  readonly created: string
  readonly algorithm: string
  readonly task: Task
  readonly features: FeatureTable
  /** The graph's packed input, float32 [rows, columns] in the columns of the table; or which input takes which features, where the graph encodes them itself. */
  readonly input: string | readonly InputColumns[]
  /** The graph's output that decides: probabilities [rows, 1] or [rows, classes], or the regression's value [rows, 1], float32. */
  readonly output: string
  /** Facts of the training, free in form, shown as they are. */
  readonly training?: Readonly<Record<string, unknown>>
  /** SHA-256 in hex of every other file that must arrive unharmed, by name. */
  readonly files: Readonly<Record<string, string>>
}

export type Task =
  | {
      readonly kind: 'binary'
      readonly target: string
      readonly classes: readonly [string, string]
      readonly positive: string
      readonly threshold: number
    }
  | { readonly kind: 'multiclass'; readonly target: string; readonly classes: readonly string[] }
  | { readonly kind: 'regression'; readonly target: string; readonly unit?: string }

/** Reads an unchecked document as a manifest, or throws one `invalid_manifest` error that names every problem. */
export function parseManifest(document: unknown): Manifest {
  const problems: string[] = []
  const manifest = asObject(document, 'the manifest', problems)
  if (manifest.schemaVersion !== 1)
    problems.push(`schemaVersion must be 1; got ${JSON.stringify(manifest.schemaVersion)}`)
  for (const key of ['name', 'title', 'created', 'algorithm', 'output']) requireText(manifest, key, '', problems)
  if (!Number.isSafeInteger(manifest.version) || (manifest.version as number) < 1)
    problems.push(`version must be a positive integer; got ${JSON.stringify(manifest.version)}`)
  checkTask(asObject(manifest.task, 'task', problems), problems)
  checkFeatures(manifest.features, problems)
  checkInput(manifest.input, manifest.features, problems)
  for (const [file, hash] of Object.entries(asObject(manifest.files, 'files', problems)))
    if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash))
      problems.push(`files["${file}"] must be a SHA-256 in hex`)
  if (problems.length > 0) throw new CoreError('invalid_manifest', problems.join('; '))
  return document as Manifest
}

function checkTask(task: Readonly<Record<string, unknown>>, problems: string[]): void {
  if (task.kind !== 'binary' && task.kind !== 'multiclass' && task.kind !== 'regression') {
    problems.push(`task.kind must be binary, multiclass or regression; got ${JSON.stringify(task.kind)}`)
    return
  }
  requireText(task, 'target', 'task.', problems)
  if (task.kind === 'regression') return
  const classes =
    Array.isArray(task.classes) && task.classes.every(value => typeof value === 'string') ? task.classes : []
  if (task.kind === 'multiclass' ? classes.length < 2 : classes.length !== 2)
    problems.push(`task.classes must be a list of ${task.kind === 'binary' ? 'two' : 'at least two'} texts`)
  if (task.kind === 'multiclass') return
  if (typeof task.positive !== 'string' || !classes.includes(task.positive))
    problems.push(`task.positive must be one of task.classes; got ${JSON.stringify(task.positive)}`)
  if (typeof task.threshold !== 'number' || !(task.threshold >= 0 && task.threshold <= 1))
    problems.push(`task.threshold must be a number from 0 to 1; got ${JSON.stringify(task.threshold)}`)
}

function checkFeatures(features: unknown, problems: string[]): void {
  if (!Array.isArray(features)) {
    problems.push('features must be a list')
    return
  }
  const before = problems.length
  features.forEach((feature: unknown, index) => {
    const at = `features[${index}]`
    const object = asObject(feature, at, problems)
    requireText(object, 'name', `${at}.`, problems)
    if (object.kind !== 'number' && object.kind !== 'category')
      problems.push(`${at}.kind must be number or category; got ${JSON.stringify(object.kind)}`)
    if (
      object.kind === 'category' &&
      !(
        Array.isArray(object.values) &&
        object.values.every(value => typeof (value as { value?: unknown } | null)?.value === 'string')
      )
    )
      problems.push(`${at}.values must be a list of {"value": text}`)
  })
  if (problems.length > before) return
  try {
    assertFeatureTable(features as FeatureTable)
  } catch (error) {
    problems.push((error as Error).message)
  }
}

function asObject(value: unknown, at: string, problems: string[]): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>
  problems.push(`${at} must be an object`)
  return {}
}

function requireText(object: Readonly<Record<string, unknown>>, key: string, at: string, problems: string[]): void {
  if (typeof object[key] !== 'string' || object[key] === '')
    problems.push(`${at}${key} must be a text; got ${JSON.stringify(object[key])}`)
}
