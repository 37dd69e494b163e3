import { afterAll, beforeAll, expect, it } from 'vitest'
import { aRow, json } from '../../support/churn.ts'
import { type Host, openServerHost } from '../../support/host.ts'

let host: Host
beforeAll(async () => {
  host = await openServerHost()
  for (let time = 0; time < 3; time++) await (await host.fetch('/predict', json(aRow()))).text()
})
afterAll(() => host.close())

it("adds Triton's names on request, with the same numbers", async () => {
  const response = await host.fetch('/metrics?names=triton')

  expect(response.status).toBe(200)
  const text = await response.text()
  expect(text).toMatch(/^nv_inference_count 3$/m)
  expect(text).toMatch(/^model_serving_predictions_total 3$/m)
})

it("leaves Triton's names out where nobody asks for them", async () => {
  expect(await (await host.fetch('/metrics')).text()).not.toContain('nv_inference')
})

it.each(['Triton', 'prometheus', ''])('refuses names=%s and says what is allowed', async names => {
  const response = await host.fetch(`/metrics?names=${names}`)

  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    code: 'bad_request',
    detail: `names must be triton, or be left out; got "${names}"`,
  })
})
