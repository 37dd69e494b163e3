import { openThreadedModel } from '@scaling-mlops/adapters/onnx'
import { expect, test } from 'vitest'
import { linearGraph } from '../../support/linear-graph.ts'

test('a model in threads is closed right after its first answer, whatever its other threads are at', async () => {
  for (let round = 0; round < 6; round++) {
    const model = await openThreadedModel(linearGraph([2, 1]), 5)
    const run = await model.run({ X: { type: 'float32', shape: [1, 2], data: Float32Array.of(1, 2) } }, ['y'])
    expect(run.outputs.y?.data).toHaveLength(1)
    await model.close()
  }
})
