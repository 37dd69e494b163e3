import { CoreError, type ModelConfiguration, nearest, shown } from '@scaling-mlops/core'
import { messagesOf, textOf, wholeOf } from './fields.ts'
import { readTensor } from './read-tensor.ts'
import { type Message, parseTextFormat } from './text-format.ts'
import { chooseVersions } from './version-policy.ts'

/** A model's `config.pbtxt`, as far as it has a meaning here. */
export type TritonConfig = {
  /** The graph's file in the folder of a version. */
  readonly filename: string
  readonly configuration: ModelConfiguration
}

/**
 * Reads a `config.pbtxt` as Triton's model_config.proto has it. Throws `invalid_manifest`, with the line where there is one, where it is no
 * such file, is another model's, excludes this version, or wants what is not served here: another backend, an ensemble, sequences.
 */
export function readTritonConfig(text: string, model: string, version: number): TritonConfig {
  try {
    return readConfig(parseTextFormat(text), model, version)
  } catch (cause) {
    throw new CoreError('invalid_manifest', `config.pbtxt: ${(cause as Error).message}`, { cause })
  }
}

function readConfig(config: Message, model: string, version: number): TritonConfig {
  for (const [name, [first]] of config) refuseUnserved(name, first?.line)
  refuseBackends(config)
  const name = textOf(config, 'name')
  if (name !== undefined && name !== '' && name !== model)
    throw new SyntaxError(`its name is ${shown(name)}, that of its folder "${model}"; they must be the same`)
  if (!chooseVersions(config, [version]).includes(version))
    throw new SyntaxError(`version_policy names other versions than ${version}`)
  const filename = textOf(config, 'default_model_filename') || 'model.onnx'
  if (/[\\/]/.test(filename) || filename.startsWith('.'))
    throw new SyntaxError(
      `default_model_filename must be a file beside the others of its version; got ${shown(filename)}`,
    )
  const maxBatchSize = wholeOf(config, 'max_batch_size', 0) ?? 0
  const tensorsOf = (field: 'input' | 'output') =>
    config.has(field) ? messagesOf(config, field).map(tensor => readTensor(tensor, field, maxBatchSize > 0)) : undefined
  return {
    filename,
    configuration: {
      maxBatchSize: maxBatchSize > 0 ? maxBatchSize : undefined,
      inputs: tensorsOf('input'),
      outputs: tensorsOf('output'),
      ignored: IGNORED.filter(name => config.has(name)),
    },
  }
}

const READ = [
  'name',
  'platform',
  'backend',
  'default_model_filename',
  'max_batch_size',
  'input',
  'output',
  'version_policy',
]
/** How Triton runs a model, which this server decides itself, and what it tells of it. */
const IGNORED = [
  'runtime',
  'optimization',
  'dynamic_batching',
  'instance_group',
  'cc_model_filenames',
  'metric_tags',
  'parameters',
  'model_warmup',
  'response_cache',
  'model_metrics',
]
/** What would give other answers than one run of the graph for a call. */
const UNSERVED: Readonly<Record<string, string>> = {
  sequence_batching: 'nothing is kept between calls',
  ensemble_scheduling: 'a call runs one graph, not a chain of models',
  batch_input: 'every input is sent by the client',
  batch_output: 'every output is answered as the graph gives it',
  model_operations: 'no library of custom operators is loaded',
  model_transaction_policy: 'every call is answered once',
  model_repository_agents: 'a model is loaded as it lies in the repository',
}

function refuseUnserved(name: string, line = 1): void {
  if (Object.hasOwn(UNSERVED, name))
    throw new SyntaxError(`line ${line}: ${name} is not served here: ${UNSERVED[name]}`)
  if (READ.includes(name) || IGNORED.includes(name)) return
  const near = nearest(name, [...READ, ...IGNORED, ...Object.keys(UNSERVED)])
  throw new SyntaxError(
    `line ${line}: ${shown(name)} is no field of a model's configuration${near === undefined ? '' : `; did you mean "${near}"?`}`,
  )
}

const OURS = { platform: 'onnxruntime_onnx', backend: 'onnxruntime' } as const

function refuseBackends(config: Message): void {
  for (const [field, ours] of Object.entries(OURS)) {
    const given = textOf(config, field)
    if (given !== undefined && given !== '' && given !== ours)
      throw new SyntaxError(`${field} ${shown(given)} is not served here, only ONNX graphs are: ${field}: "${ours}"`)
  }
}
