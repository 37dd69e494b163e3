import { describe, expect, it } from 'vitest'
import { json } from './churn.ts'
import { openServerHost } from './host.ts'
import { slowRow, writeSlowModel } from './slow-model.ts'

describe('the slow model', () => {
  it('is a bundle like any other: checked at load, and answering', async () => {
    await using model = await writeSlowModel(0.5)
    const host = await openServerHost({ MODEL_REPOSITORY: model.repository })
    const answer = (await (await host.fetch('/predict', json(slowRow))).json()) as { y: number }
    await host.close()

    expect(answer.y).toBeCloseTo(1 / (1 + Math.exp(-0.5)), 4)
    expect(model.millisecondsPerRow).toBeGreaterThan(0)
  })
})
