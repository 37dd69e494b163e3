import type { Manifest } from '../manifest.ts'
import type { TensorDescription } from '../ports/model.ts'
import type { Servable } from '../servable.ts'
import { type Datatype, datatypeOf } from './datatype.ts'

export type TensorMetadata = { readonly name: string; readonly datatype: Datatype; readonly shape: readonly number[] }

/** What a model takes: one input a feature, `[-1, 1]`, where it has a feature table, else the graph's own. */
export function describeInputs({ rows, inputs }: Servable): readonly TensorMetadata[] {
  if (rows === undefined) return inputs.map(toMetadata)
  return rows.manifest.features.map(({ name, kind }) => ({
    name,
    datatype: kind === 'category' ? 'BYTES' : 'FP64',
    shape: [-1, 1],
  }))
}

/** What a model gives: `probability` (of the positive class, or of every class) and `prediction` where it has a feature table, else the graph's own. */
export function describeOutputs({ rows, outputs }: Servable): readonly TensorMetadata[] {
  return rows === undefined ? outputs.map(toMetadata) : outputsOfTask(rows.manifest)
}

/** The graph's packed matrix, which a model with a feature table takes as well. */
export function packedInput({ rows, inputs }: Servable): TensorMetadata | undefined {
  const packed = inputs.find(({ name }) => name === rows?.manifest.input)
  return packed && toMetadata(packed)
}

function outputsOfTask({ task }: Manifest): readonly TensorMetadata[] {
  switch (task.kind) {
    case 'binary':
      return [
        { name: 'probability', datatype: 'FP32', shape: [-1, 1] },
        { name: 'prediction', datatype: 'BOOL', shape: [-1, 1] },
      ]
    case 'multiclass':
      return [
        { name: 'probability', datatype: 'FP32', shape: [-1, task.classes.length] },
        { name: 'prediction', datatype: 'BYTES', shape: [-1, 1] },
      ]
    case 'regression':
      return [{ name: 'prediction', datatype: 'FP32', shape: [-1, 1] }]
  }
}

function toMetadata({ name, type, shape }: TensorDescription): TensorMetadata {
  return { name, datatype: datatypeOf(type), shape }
}
