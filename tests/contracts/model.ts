import type { Model } from '@scaling-mlops/core'
import { describe, expect, it } from 'vitest'

/** What every model adapter promises; the graph under test has input `X` float32 [n, 2] and output `y` = 2·x₀ + x₁, float32 [n, 1]. */
export function describeModel(adapter: string, open: () => Promise<Model>): void {
  describe(`the model of ${adapter}`, () => {
    const run = async (model: Model, ...cells: number[]): Promise<number[]> => {
      const { outputs, milliseconds } = await model.run(
        { X: { type: 'float32', shape: [cells.length / 2, 2], data: new Float32Array(cells) } },
        ['y'],
      )
      expect(milliseconds).toBeGreaterThanOrEqual(0)
      return Array.from(outputs.y?.data as Float32Array)
    }

    it('describes its tensors', async () => {
      const model = await open()
      expect(model.inputs).toEqual([{ name: 'X', type: 'float32', shape: [-1, 2] }])
      expect(model.outputs).toEqual([{ name: 'y', type: 'float32', shape: [-1, 1] }])
      await model.close()
    })

    it('answers one output row per input row, in order', async () => {
      const model = await open()
      expect(await run(model, 1, 0, 0, 1, 3, 4)).toEqual([2, 1, 10])
      await model.close()
    })

    it('answers an empty batch with no rows', async () => {
      const model = await open()
      expect(await run(model)).toEqual([])
      await model.close()
    })

    it('answers a row alike in any company', async () => {
      const model = await open()
      const alone = await run(model, 0.1, 0.7)
      const among = await run(model, 5, 5, 0.1, 0.7, -3, 2)
      expect(among[1]).toBe(alone[0])
      await model.close()
    })

    it('keeps runs in flight apart, and finishes them before it closes', async () => {
      const model = await open()
      const runs = [run(model, 1, 1), run(model, 2, 2), run(model, 3, 3)]
      const closed = model.close()
      expect(await Promise.all(runs)).toEqual([[3], [6], [9]])
      await closed
    })

    it('refuses to run once it is closed, with a code', async () => {
      const model = await open()
      await model.close()
      await model.close()
      await expect(run(model, 1, 1)).rejects.toMatchObject({ code: 'model_unavailable' })
    })
  })
}
