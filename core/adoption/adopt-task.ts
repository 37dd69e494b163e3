import { CoreError } from '../errors.ts'
import type { Manifest, Task } from '../manifest.ts'
import type { GraphDescription, GraphValue } from './graph-description.ts'

export type TaskWishes = {
  readonly target: string
  readonly kind?: Task['kind'] | undefined
  readonly positive?: string | undefined
  readonly threshold?: number | undefined
}

/** What a foreign graph predicts and the output that decides: probabilities where it has them, else its only number. */
export function adoptTask(graph: GraphDescription, wishes: TaskWishes): Pick<Manifest, 'task' | 'output'> {
  const output = decidingOutput(graph)
  return { output: output.name, task: taskOf(graph, output, wishes) }
}

function decidingOutput({ outputs }: GraphDescription): GraphValue {
  const numbers = outputs.filter(({ type, isZipMap }) => isZipMap || type === 'float32')
  const found =
    numbers.find(({ isZipMap }) => isZipMap) ??
    numbers.find(({ name }) => /prob/i.test(name)) ??
    (numbers.length === 1 ? numbers[0] : undefined)
  if (found !== undefined) return found
  const all = outputs.map(({ name, type }) => `${name} (${type ?? 'no tensor'})`).join(', ')
  throw new CoreError(
    'invalid_manifest',
    numbers.length === 0
      ? `no output of the graph holds 32-bit floats, which probabilities or a value would be; it has ${all}`
      : `which output decides is not clear: ${all}; name one "probability" when exporting`,
  )
}

function taskOf(
  graph: GraphDescription,
  output: GraphValue,
  { target, kind, positive, threshold = 0.5 }: TaskWishes,
): Task {
  // a ZipMap's shape is that of its list, one entry a row
  const width = output.isZipMap ? -1 : output.shape.length < 2 ? 1 : (output.shape[1] as number)
  const columns = width === -1 ? (graph.classes?.length ?? 1) : width
  const isProbability =
    columns > 1 || graph.classes !== undefined || graph.sigmoids.includes(output.name) || /prob/i.test(output.name)
  const found = kind ?? (!isProbability ? 'regression' : columns > 2 ? 'multiclass' : 'binary')
  if (found === 'regression') return { kind: 'regression', target }
  const named = graph.classes ?? Array.from({ length: Math.max(2, columns) }, (_, index) => String(index))
  if (found === 'multiclass') return { kind: 'multiclass', target, classes: named }
  const [first, second] = named
  if (first === undefined || second === undefined || named.length > 2)
    throw new CoreError('invalid_manifest', `a binary task has two classes; the graph has ${named.join(', ')}`)
  if (positive !== undefined && !named.includes(positive))
    throw new CoreError('invalid_manifest', `--positive must be one of ${named.join(', ')}; got "${positive}"`)
  return { kind: 'binary', target, classes: [first, second], positive: positive ?? second, threshold }
}
