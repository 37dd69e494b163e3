import { fromBinary } from '@bufbuild/protobuf'
import { CoreError } from '@scaling-mlops/core'
import { type AttributeProto, type ModelProto, ModelProtoSchema, type NodeProto } from 'onnx-buf'

/** Reads the bytes of an ONNX file as its messages. Throws `model_unavailable` where they are none. */
export function parseGraph(bytes: Uint8Array): ModelProto {
  let model: ModelProto
  try {
    model = fromBinary(ModelProtoSchema, bytes)
  } catch (cause) {
    throw new CoreError('model_unavailable', `not an ONNX file: ${(cause as Error).message}`, { cause })
  }
  if (model.graph === undefined || model.irVersion === 0n)
    throw new CoreError('model_unavailable', 'not an ONNX file: it has no graph')
  return model
}

export function attributeOf(node: NodeProto, name: string): AttributeProto | undefined {
  return node.attribute.find(attribute => attribute.name === name)
}

/** An attribute's list of texts, or of whole numbers as numbers; empty where it is absent. */
export function textsOf(node: NodeProto, name: string): string[] {
  const decoder = new TextDecoder()
  return (attributeOf(node, name)?.strings ?? []).map(bytes => decoder.decode(bytes))
}

export function integersOf(node: NodeProto, name: string): number[] {
  return (attributeOf(node, name)?.ints ?? []).map(Number)
}
