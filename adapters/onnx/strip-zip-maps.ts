import { create, toBinary } from '@bufbuild/protobuf'
import {
  type GraphProto,
  ModelProtoSchema,
  type NodeProto,
  OperatorSetIdProtoSchema,
  type TypeProto,
  TypeProtoSchema,
} from 'onnx-buf'
import { integersOf, parseGraph, textsOf } from './graph-file.ts'
import { FLOAT } from './graph-messages.ts'

/**
 * The graph without its ZipMap nodes, which turn a matrix of probabilities into a list of maps that ONNX Runtime cannot hand to Node:
 * an output of that name is the matrix itself. They are what scikit-learn's, XGBoost's and LightGBM's exports end with by default.
 * A graph that has none comes back as it is.
 */
export function stripZipMaps(bytes: Uint8Array): Uint8Array {
  const model = parseGraph(bytes)
  const { graph } = model
  if (graph === undefined || !graph.node.some(isZipMap)) return bytes
  for (const zipMap of graph.node.filter(isZipMap)) {
    const output = graph.output.find(({ name }) => name === zipMap.output[0])
    if (output !== undefined) output.type = matrixType(classesOf(zipMap).length)
    zipMap.opType = 'Identity'
    zipMap.domain = ''
    zipMap.attribute = []
  }
  // a graph of nothing but trees need not import ONNX's own operators
  if (!model.opsetImport.some(({ domain }) => domain === '' || domain === 'ai.onnx'))
    model.opsetImport.push(create(OperatorSetIdProtoSchema, { domain: '', version: 13n }))
  return toBinary(ModelProtoSchema, model)
}

/** The classes of a graph's probabilities, as its first ZipMap or classifier names them, in the order of the columns. */
export function classNamesOf({ node: nodes }: GraphProto): string[] | undefined {
  for (const each of [...nodes].sort((a, b) => Number(isZipMap(b)) - Number(isZipMap(a)))) {
    const classes = classesOf(each)
    if (classes.length > 0) return classes
  }
  return undefined
}

export function isZipMap({ opType, domain }: NodeProto): boolean {
  return opType === 'ZipMap' && domain === 'ai.onnx.ml'
}

function classesOf(each: NodeProto): string[] {
  const texts = textsOf(each, 'classlabels_strings')
  return texts.length > 0
    ? texts
    : [...integersOf(each, 'classlabels_int64s'), ...integersOf(each, 'classlabels_ints')].map(String)
}

function matrixType(classes: number): TypeProto {
  const columns = classes > 0 ? [{ value: { case: 'dimValue' as const, value: BigInt(classes) } }] : [{}]
  return create(TypeProtoSchema, {
    value: {
      case: 'tensorType',
      value: { elemType: FLOAT, shape: { dim: [{ value: { case: 'dimParam', value: 'rows' } }, ...columns] } },
    },
  })
}
