import type { CatalogueEntry } from '../catalogue.ts'
import type { Servable } from '../servable.ts'
import { describeInputs, describeOutputs, packedInput, type TensorMetadata } from './describe.ts'

export type ModelMetadata = {
  readonly name: string
  readonly versions: readonly string[]
  readonly platform: string
  readonly inputs: readonly TensorMetadata[]
  readonly outputs: readonly TensorMetadata[]
  readonly properties?: Readonly<Record<string, string>>
}

/** A model as the protocol describes it. The graph's packed matrix, which it takes as well, is among its properties: as an input it would be one too many. */
export function describeModel(servable: Servable, entry: CatalogueEntry | undefined): ModelMetadata {
  const packed = packedInput(servable)
  return {
    name: servable.name,
    versions: (entry?.versions ?? [servable.version]).map(String),
    platform: 'onnx_onnxv1',
    inputs: describeInputs(servable),
    outputs: describeOutputs(servable),
    ...(packed && { properties: { packed_input: `${packed.name} ${packed.datatype} [${packed.shape.join(',')}]` } }),
  }
}
