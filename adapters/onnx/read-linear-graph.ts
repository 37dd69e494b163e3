import type { LinearGraph, ReadLinearGraph } from '@scaling-mlops/core'
import type { AttributeProto, GraphProto, NodeProto, TensorProto } from 'onnx-buf'

/** What `writeLinear` writes: Gemm and its link in a row, casts around them where the graph computes in 64 bits. Anything else is not read. */
export const readLinearGraph: ReadLinearGraph = async (bytes, { input, output }) => {
  // loaded where an explanation is asked for: serving needs no parser of graphs
  const [{ fromBinary }, { ModelProtoSchema, TensorProto_DataType }] = await Promise.all([
    import('@bufbuild/protobuf'),
    import('onnx-buf'),
  ])
  const { graph } = fromBinary(ModelProtoSchema, bytes)
  const nodes = graph === undefined ? undefined : chainOf(graph, input, output)
  const [gemm, link, ...more] = nodes?.filter(({ opType }) => opType !== 'Cast') ?? []
  if (graph === undefined || gemm === undefined || more.length > 0 || !isPlainGemm(gemm)) return undefined
  const linkName = link === undefined ? 'identity' : LINKS[link.opType]
  if (linkName === undefined || (link && !isAlongColumns(link))) return undefined

  const [weights, intercepts] = gemm.input
    .slice(1)
    .map(name => toNumbers(graph.initializer.find(initializer => initializer.name === name)))
  if (weights === undefined || intercepts === undefined) return undefined
  const outputs = intercepts.values.length
  const [width, columns] = weights.dims
  if (width === undefined || columns !== outputs) return undefined
  return {
    link: linkName,
    coefficients: Array.from({ length: outputs }, (_, at) =>
      Float64Array.from({ length: width }, (_, column) => weights.values[column * outputs + at] as number),
    ),
    intercepts: intercepts.values,
  }

  function toNumbers(tensor: TensorProto | undefined) {
    if (tensor === undefined) return undefined
    const dims = tensor.dims.map(Number)
    const values =
      tensor.dataType === TensorProto_DataType.FLOAT
        ? (readRaw(tensor.rawData, 4, (view, at) => view.getFloat32(at, true)) ?? tensor.floatData)
        : tensor.dataType === TensorProto_DataType.DOUBLE
          ? (readRaw(tensor.rawData, 8, (view, at) => view.getFloat64(at, true)) ?? tensor.doubleData)
          : []
    return values.length === dims.reduce((product, length) => product * length, 1) ? { dims, values } : undefined
  }
}

const LINKS: Readonly<Record<string, LinearGraph['link'] | undefined>> = { Sigmoid: 'logistic', Softmax: 'softmax' }

/** The nodes from one tensor to another, where the graph is nothing but them in a row. */
function chainOf({ node }: GraphProto, input: string, output: string): readonly NodeProto[] | undefined {
  const chain: NodeProto[] = []
  for (let tensor = input; tensor !== output; ) {
    const next = node.filter(({ input }) => input.includes(tensor))
    if (next.length !== 1 || next[0]?.input[0] !== tensor || chain.length === node.length) return undefined
    chain.push(next[0])
    tensor = next[0].output[0] ?? ''
  }
  return chain.length === node.length ? chain : undefined
}

function isPlainGemm({ opType, attribute }: NodeProto): boolean {
  const neutral: Readonly<Record<string, (attribute: AttributeProto) => boolean>> = {
    alpha: ({ f }) => f === 1,
    beta: ({ f }) => f === 1,
    transA: ({ i }) => i === 0n,
    transB: ({ i }) => i === 0n,
  }
  return opType === 'Gemm' && attribute.every(each => neutral[each.name]?.(each) ?? false)
}

function isAlongColumns({ attribute }: NodeProto): boolean {
  return attribute.every(({ name, i }) => name === 'axis' && (i === -1n || i === 1n))
}

function readRaw(
  bytes: Uint8Array | undefined,
  size: number,
  read: (view: DataView, at: number) => number,
): number[] | undefined {
  if (bytes === undefined || bytes.length === 0) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, index) => read(view, index * size))
}
