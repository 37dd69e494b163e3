import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import {
  AttributeProto_AttributeType,
  type AttributeProtoSchema,
  ModelProtoSchema,
  type NodeProtoSchema,
  TensorProto_DataType,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from 'onnx-buf'

/** Short words for ONNX's messages: what a graph is built from. */
export type Node = MessageInitShape<typeof NodeProtoSchema>
type Initializer = MessageInitShape<typeof TensorProtoSchema>
type Attribute = MessageInitShape<typeof AttributeProtoSchema>

export const FLOAT = TensorProto_DataType.FLOAT
export const DOUBLE = TensorProto_DataType.DOUBLE

export function node(
  opType: string,
  input: string[],
  output: string[],
  attribute: Attribute[] = [],
  domain = '',
): Node {
  return { opType, name: output[0] ?? opType, input, output, attribute, domain }
}

export function integer(name: string, value: number): Attribute {
  return { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) }
}

export function integers(name: string, values: readonly number[]): Attribute {
  return { name, type: AttributeProto_AttributeType.INTS, ints: values.map(BigInt) }
}

export function tensor(name: string, t: Initializer): Attribute {
  return { name, type: AttributeProto_AttributeType.TENSOR, t }
}

export function bytes(name: string, values: readonly number[]): Initializer {
  return { name, dims: [BigInt(values.length)], dataType: TensorProto_DataType.UINT8, int32Data: [...values] }
}

/** Numbers in 32 or 64 bits. */
export function numbers(
  name: string,
  dims: number[],
  values: ArrayLike<number>,
  type: typeof FLOAT | typeof DOUBLE = FLOAT,
): Initializer {
  const data = Array.from(values)
  return {
    name,
    dims: dims.map(BigInt),
    dataType: type,
    ...(type === FLOAT ? { floatData: data } : { doubleData: data }),
  }
}

export type Graph = {
  readonly nodes: Node[]
  readonly initializers: Initializer[]
  readonly input: { readonly name: string; readonly width: number }
  readonly output: { readonly name: string; readonly width: number }
  readonly irVersion: number
  /** Version by operator domain, '' being ONNX's own. */
  readonly opsets: Readonly<Record<string, number>>
  readonly metadata: Readonly<Record<string, string>>
}

/** A graph of one float32 matrix in and one out, any number of rows, as the bytes of an ONNX file. The same graph gives the same bytes. */
export function toOnnx({ nodes, initializers, input, output, irVersion, opsets, metadata }: Graph): Uint8Array {
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(irVersion),
    producerName: 'scaling-mlops',
    opsetImport: Object.entries(opsets).map(([domain, version]) => ({ domain, version: BigInt(version) })),
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: { name: 'model', node: nodes, initializer: initializers, input: [matrix(input)], output: [matrix(output)] },
  })
  return toBinary(ModelProtoSchema, model)
}

function matrix({ name, width }: { name: string; width: number }): MessageInitShape<typeof ValueInfoProtoSchema> {
  const dim = [
    { value: { case: 'dimParam' as const, value: 'rows' } },
    { value: { case: 'dimValue' as const, value: BigInt(width) } },
  ]
  return { name, type: { value: { case: 'tensorType', value: { elemType: FLOAT, shape: { dim } } } } }
}
