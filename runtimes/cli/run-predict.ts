import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { openModelFolder } from '@scaling-mlops/adapters/files'
import { CoreError, requireRows } from '@scaling-mlops/core'
import { EXIT } from '../exit.ts'
import { type ModelReference, openModel, toModelReference } from './open-model.ts'
import { createOutput, type OutputFlags, paint } from './output.ts'

export type PredictFlags = OutputFlags & { readonly row?: string; readonly set: Readonly<Record<string, string>> }

/** Scores one row as the server would. */
export async function runPredict(given: string, flags: PredictFlags): Promise<void> {
  const reference = toModelReference(given)
  const output = createOutput(flags)
  const model = await openModel(reference)
  try {
    const { predict, writeAnswer } = requireRows(model)
    const base =
      flags.row === undefined
        ? await exampleRow(reference)
        : parseRow(flags.row === '-' ? await text(process.stdin) : flags.row)
    const [outcome] = await predict([isObject(base) ? { ...base, ...flags.set } : base])
    if (outcome?.ok) {
      const answer = writeAnswer(outcome.decision)
      output.result(answer, {
        schemaVersion: 1,
        model: model.name,
        version: model.version,
        ...JSON.parse(answer),
      })
      return
    }
    for (const { message } of outcome?.issues ?? [])
      process.stderr.write(`${paint('red', 'error[E_SCHEMA]:')} ${message}\n`)
    process.exitCode = EXIT.data
  } finally {
    await model.close()
  }
}

/** The row that lies beside a model's versions for a first try. */
async function exampleRow({ repository, name }: ModelReference): Promise<unknown> {
  const example = await openModelFolder(join(repository, name)).read('example.json')
  if (example === undefined)
    throw new CoreError('invalid_row', `model ${name} has no example.json to start from; give the whole row with --row`)
  return parseRow(example)
}

function parseRow(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw new CoreError('invalid_row', `the row is not JSON: ${(cause as Error).message}`, { cause })
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
