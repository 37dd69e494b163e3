import { create, toBinary } from '@bufbuild/protobuf'
import { ModelProtoSchema, TensorProto_DataType } from 'onnx-buf'

type Tensor = { readonly type: keyof typeof TensorProto_DataType; readonly width: number }

/** A graph that gives each of its tensors back: input `a`, `[n, width]`, as output `a_out`. */
export function identityGraph(tensors: Readonly<Record<string, Tensor>>): Uint8Array {
  const describe = (name: string, { type, width }: Tensor) => ({
    name,
    type: {
      value: {
        case: 'tensorType' as const,
        value: {
          elemType: TensorProto_DataType[type],
          shape: {
            dim: [
              { value: { case: 'dimParam' as const, value: 'n' } },
              { value: { case: 'dimValue' as const, value: BigInt(width) } },
            ],
          },
        },
      },
    },
  })
  const entries = Object.entries(tensors)
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: 17n }],
    graph: {
      name: 'identity',
      node: entries.map(([name]) => ({ opType: 'Identity', name, input: [name], output: [`${name}_out`] })),
      input: entries.map(([name, tensor]) => describe(name, tensor)),
      output: entries.map(([name, tensor]) => describe(`${name}_out`, tensor)),
    },
  })
  return toBinary(ModelProtoSchema, model)
}
