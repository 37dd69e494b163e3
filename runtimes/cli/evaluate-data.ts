import { access } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { loadDataset, surveyCsv } from '@scaling-mlops/adapters/csv'
import { hashFile } from '@scaling-mlops/adapters/files'
import { type Feature, InvalidDataError, type Manifest, nearest } from '@scaling-mlops/core'
import type { Sample } from '@scaling-mlops/core/evaluation'
import { type Dataset, type SplitSettings, splitRows, toSample } from '@scaling-mlops/core/training'
import type { ModelReference } from './open-model.ts'

/** Rows to judge a model by, and where they come from. */
export type Judged = {
  readonly data: { readonly name: string; readonly sha256: string }
  readonly test: Sample
  /** The rows it was trained on, where they are at hand. */
  readonly train?: Sample & { readonly missing: readonly number[] }
}

/** What a training says of its data in the manifest, where it was ours. */
type TrainingFacts = {
  readonly data?: { readonly name?: unknown; readonly sha256?: unknown }
  readonly settings?: Partial<SplitSettings>
}

/** All rows of a file; of the file that the model was trained on, those that it has not seen. */
export async function rowsOf(path: string, manifest: Manifest): Promise<Judged> {
  const dataset = await loadLabelled(path, manifest)
  const data = { name: basename(path), sha256: await hashFile(path) }
  const { settings, data: trained } = (manifest.training ?? {}) as TrainingFacts
  if (data.sha256 !== trained?.sha256 || !isSplit(settings))
    return {
      data,
      test: toSample(
        dataset,
        Uint32Array.from({ length: dataset.rowCount }, (_, row) => row),
      ),
    }
  const split = splitRows(dataset, settings)
  return { data, test: toSample(dataset, split.test), train: toSample(dataset, split.train) }
}

/** The file that the model was trained on, if it lies in the model's `data` folder unchanged. */
export async function trainingFile(
  { repository, name }: ModelReference,
  { training }: Manifest,
): Promise<string | undefined> {
  const { data, settings } = (training ?? {}) as TrainingFacts
  if (typeof data?.name !== 'string' || !isSplit(settings)) return undefined
  const path = join(repository, name, 'data', basename(data.name))
  const there = await access(path).then(
    () => true,
    () => false,
  )
  return there && (await hashFile(path)) === data.sha256 ? path : undefined
}

function isSplit(settings: Partial<SplitSettings> | undefined): settings is SplitSettings {
  return (
    (settings?.split === 'sklearn' || settings?.split === 'stratified') &&
    typeof settings.testShare === 'number' &&
    typeof settings.seed === 'number'
  )
}

/** Reads a CSV as the model's rows with their target. Rejects with `invalid_data` where a column is missing or a cell is wrong. */
async function loadLabelled(path: string, { features, task }: Manifest): Promise<Dataset> {
  const surveyed = await surveyCsv(path)
  const names = surveyed.survey.columns.map(({ name }) => name)
  for (const { name } of features) assertColumn(name, 'a feature of this model', names, path)
  assertColumn(task.target, 'the target, by which the answers are judged', names, path)
  const target: Feature =
    task.kind === 'regression'
      ? { kind: 'number', name: task.target }
      : { kind: 'category', name: task.target, values: positiveLast(task).map(value => ({ value })) }
  return loadDataset(path, surveyed, features, target)
}

/** Class 1 is the positive one in everything that evaluates. */
function positiveLast(task: Exclude<Manifest['task'], { kind: 'regression' }>): readonly string[] {
  return task.kind === 'binary' && task.classes[0] === task.positive ? task.classes.toReversed() : task.classes
}

function assertColumn(name: string, role: string, names: readonly string[], path: string): void {
  if (names.includes(name)) return
  const near = nearest(name, names)
  const hint = near === undefined ? '' : `; did you mean the column "${near}"?`
  throw new InvalidDataError({ source: basename(path) }, `there is no column "${name}", ${role}${hint}`)
}
