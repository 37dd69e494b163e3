import { createHash } from 'node:crypto'
import type { TensorType } from '@scaling-mlops/core'
import type { GraphDescription, GraphValue } from '@scaling-mlops/core/adoption'
import { type GraphProto, type ModelProto, TensorProto_DataType, type ValueInfoProto } from 'onnx-buf'
import { findProblems } from './find-problems.ts'
import { parseGraph } from './graph-file.ts'
import { classNamesOf, isZipMap } from './strip-zip-maps.ts'
import { traceCategories } from './trace-categories.ts'

/** Reads what an ONNX file says of itself, without running it. Throws `model_unavailable` where it is none. */
export function describeGraph(bytes: Uint8Array): GraphDescription {
  const model = parseGraph(bytes)
  const graph = model.graph as GraphProto
  const constants = new Set(graph.initializer.map(({ name }) => name))
  const zipped = new Set(graph.node.filter(isZipMap).flatMap(({ output }) => output))
  const facts = {
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    producer: `${model.producerName} ${model.producerVersion}`.trim(),
    irVersion: Number(model.irVersion),
    opsets: opsetsOf(model),
    operators: countOperators(graph),
    // before IR 4 constants stood among the inputs
    inputs: graph.input.filter(({ name }) => !constants.has(name)).map(value => toValue(value, zipped)),
    outputs: graph.output.map(value => toValue(value, zipped)),
    classes: classNamesOf(graph),
    categories: traceCategories(graph),
    sigmoids: graph.node.filter(({ opType }) => opType === 'Sigmoid').flatMap(({ output }) => output),
  }
  return { ...facts, problems: findProblems(facts) }
}

function toValue({ name, type }: ValueInfoProto, zipped: ReadonlySet<string>): GraphValue {
  const tensor = type?.value.case === 'tensorType' ? type.value.value : undefined
  const dimensions = tensor?.shape?.dim ?? []
  return {
    name,
    type: tensor === undefined ? undefined : TENSOR_TYPES[tensor.elemType],
    shape: dimensions.map(({ value }) => (value.case === 'dimValue' ? Number(value.value) : -1)),
    isZipMap: zipped.has(name),
  }
}

const TENSOR_TYPES: Readonly<Record<number, TensorType>> = {
  [TensorProto_DataType.FLOAT]: 'float32',
  [TensorProto_DataType.UINT8]: 'uint8',
  [TensorProto_DataType.INT8]: 'int8',
  [TensorProto_DataType.UINT16]: 'uint16',
  [TensorProto_DataType.INT16]: 'int16',
  [TensorProto_DataType.INT32]: 'int32',
  [TensorProto_DataType.INT64]: 'int64',
  [TensorProto_DataType.STRING]: 'string',
  [TensorProto_DataType.BOOL]: 'bool',
  [TensorProto_DataType.FLOAT16]: 'float16',
  [TensorProto_DataType.DOUBLE]: 'float64',
  [TensorProto_DataType.UINT32]: 'uint32',
  [TensorProto_DataType.UINT64]: 'uint64',
}

function opsetsOf({ opsetImport }: ModelProto): Record<string, number> {
  return Object.fromEntries(
    opsetImport.map(({ domain, version }) => [domain === '' ? 'ai.onnx' : domain, Number(version)]),
  )
}

function countOperators({ node }: GraphProto): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { opType, domain } of node) {
    const name = domain === '' || domain === 'ai.onnx' ? opType : `${domain}.${opType}`
    counts[name] = (counts[name] ?? 0) + 1
  }
  return Object.fromEntries(Object.entries(counts).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)))
}
