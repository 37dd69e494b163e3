import type { GraphProto, NodeProto, TensorProto } from 'onnx-buf'
import { integersOf, textsOf } from './graph-file.ts'

/** Steps that hand a column on as it is, in one shape or type or another. */
const PASSING = new Set(['Identity', 'Cast', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten'])
const PICKING = new Set(['ArrayFeatureExtractor', 'Gather'])

type Place = { readonly input: string; readonly column: number }

/** Values that the encoders of a graph know, by the `input/column` they encode: what scikit-learn's OneHotEncoder and OrdinalEncoder leave in an export. */
export function traceCategories(graph: GraphProto): Record<string, readonly (string | number)[]> {
  const inputs = new Set(graph.input.map(({ name }) => name))
  const producerOf = new Map(graph.node.flatMap(node => node.output.map(output => [output, node] as const)))
  const constants = new Map(graph.initializer.map(tensor => [tensor.name, tensor]))

  const trace = (name: string): Place | undefined => {
    if (inputs.has(name)) return { input: name, column: 0 }
    const producer = producerOf.get(name)
    const [source, index] = producer?.input ?? []
    if (producer === undefined || source === undefined) return undefined
    if (PASSING.has(producer.opType)) return trace(source)
    if (!PICKING.has(producer.opType)) return undefined
    const column = wholeNumber(constants.get(index ?? ''))
    const place = trace(source)
    return place === undefined || column === undefined ? undefined : { ...place, column }
  }

  const found: Record<string, readonly (string | number)[]> = {}
  for (const node of graph.node) {
    const values = valuesOf(node)
    const place = values.length === 0 ? undefined : trace(node.input[0] ?? '')
    if (place !== undefined) found[`${place.input}/${place.column}`] ??= values
  }
  return found
}

function valuesOf(node: NodeProto): (string | number)[] {
  if (node.opType === 'OneHotEncoder') return [...textsOf(node, 'cats_strings'), ...integersOf(node, 'cats_int64s')]
  if (node.opType === 'LabelEncoder')
    return [...textsOf(node, 'keys_strings'), ...integersOf(node, 'keys_int64s'), ...textsOf(node, 'classes_strings')]
  return []
}

/** The one whole number that a constant holds. */
function wholeNumber(tensor: TensorProto | undefined): number | undefined {
  if (tensor === undefined) return undefined
  if (tensor.int64Data.length === 1) return Number(tensor.int64Data[0])
  if (tensor.rawData.length !== 8) return undefined
  const { buffer, byteOffset } = tensor.rawData
  return Number(new DataView(buffer, byteOffset).getBigInt64(0, true))
}
