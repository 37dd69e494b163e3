import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { openModelFolder } from '@scaling-mlops/adapters/files'
import { openOnnxModel } from '@scaling-mlops/adapters/onnx'
import { describeGraph, stripZipMaps } from '@scaling-mlops/adapters/onnx/graph'
import { CoreError, type Manifest, parseManifest } from '@scaling-mlops/core'
import {
  adoptFeatures,
  adoptTask,
  type GraphDescription,
  type KnownFeature,
  probeRows,
} from '@scaling-mlops/core/adoption'
import { readConfiguration } from '../configuration/read-configuration.ts'
import { type AdoptedRow, readRows, toAdoptedRows } from './adopted-rows.ts'
import { readFeaturesFile } from './features-file.ts'
import { createOutput, type OutputFlags } from './output.ts'
import { scoreAdopted, toGolden } from './score-adopted.ts'
import { toJson } from './train-bundle.ts'

export type AdoptFlags = OutputFlags & {
  readonly name: string
  readonly features?: string
  readonly rows?: string
  readonly expected?: readonly string[]
  readonly target?: string
  readonly task?: Manifest['task']['kind']
  readonly positive?: string
  readonly threshold: number
  readonly title?: string
  readonly out?: string
}

/** Makes a bundle of a foreign ONNX file. Nothing is written where the graph does not answer as it should. */
export async function runAdopt(file: string, flags: AdoptFlags): Promise<void> {
  const output = createOutput(flags)
  const bytes = await readFile(file)
  const graph = describeGraph(bytes)
  refuseUnservable(graph)
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u.test(flags.name))
    throw new CoreError(
      'invalid_manifest',
      `--name must be letters, digits, dots, dashes and underscores; got "${flags.name}"`,
    )

  const known = flags.features === undefined ? undefined : await readFeaturesFile(flags.features, false)
  const given = flags.rows === undefined ? undefined : await readRows(flags.rows)
  const { features, input } = adoptFeatures(graph, known as KnownFeature[] | undefined, given?.header)
  const adopted: AdoptedRow[] =
    given === undefined || flags.rows === undefined
      ? probeRows(features).map(row => ({ row }))
      : toAdoptedRows(flags.rows, given, features, flags.expected ?? [])

  const folder = join(flags.out ?? repository(), flags.name)
  const model = openModelFolder(folder)
  const version = ((await model.newest())?.version ?? 0) + 1
  const draft: Manifest = {
    schemaVersion: 1,
    name: flags.name,
    version,
    title: flags.title ?? flags.name,
    created: new Date().toISOString(),
    algorithm: `${mainOperator(graph)}, exported by ${graph.producer || 'an unnamed program'}`,
    ...adoptTask(graph, {
      target: flags.target ?? flags.name,
      kind: flags.task,
      positive: flags.positive,
      threshold: flags.threshold,
    }),
    features,
    input,
    training: { adopted: { file: basename(file), sha256: graph.sha256, producer: graph.producer } },
    files: {},
  }
  const onnx = stripZipMaps(bytes)
  const { outputs, difference } = await scoreAdopted(parseManifest(draft), await openOnnxModel(onnx), adopted)
  const files = { 'model.onnx': onnx, 'golden.json': toJson(toGolden(adopted, outputs)) }
  const manifest = {
    ...draft,
    files: Object.fromEntries(Object.entries(files).map(([name, content]) => [name, sha256(content)])),
  }
  await mkdir(folder, { recursive: true })
  await model.publish(version, { ...files, 'manifest.json': toJson(manifest) })
  await model.writeIfAbsent('example.json', toJson(adopted[0]?.row ?? {}))

  const compared =
    difference === undefined
      ? `${adopted.length} rows, not compared with the library that trained it; --expected does that`
      : `${adopted.length} rows, at most ${difference.toExponential(1)} from the expected answers`
  for (const { message } of graph.problems) output.warn(message)
  output.say(`  checked  ${compared}`)
  output.result(
    `wrote ${join(folder, String(version))}  ${features.length} features · ${draft.task.kind} · output "${draft.output}"`,
    {
      schemaVersion: 1,
      model: flags.name,
      version,
      features: features.length,
      task: draft.task,
      output: draft.output,
      rows: adopted.length,
      difference: difference ?? null,
    },
  )
}

function refuseUnservable({ problems }: GraphDescription): void {
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (errors.length > 0)
    throw new CoreError('model_unavailable', errors.map(({ message, cure }) => `${message}; ${cure}`).join('; '))
}

/** What the model is, in its exporter's words: the operator that no other kind of model has, else the most frequent. */
function mainOperator({ operators }: GraphDescription): string {
  const names = Object.keys(operators).map(name => name.replace('ai.onnx.ml.', ''))
  return names.find(name => /Classifier|Regressor|Ensemble/.test(name)) ?? names[0] ?? 'graph'
}

function repository(): string {
  return readConfiguration({ flags: {}, environment: process.env, file: {} }).configuration.modelRepository
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
