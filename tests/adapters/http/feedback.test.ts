import { afterEach, beforeEach, expect, it } from 'vitest'
import { aRow, json } from '../../support/churn.ts'
import { type Host, openServerHost } from '../../support/host.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let host: Host
beforeEach(async () => {
  folder = await temporaryFolder()
  host = await openServerHost({ DATA_DIR: folder.path })
})
afterEach(async () => {
  await host.close()
  await folder[Symbol.asyncDispose]()
})

const say = (said: object): Promise<Response> => host.fetch('/models/churn/feedback', json(said))
const list = async (query = '') =>
  (await (await host.fetch(`/models/churn/feedback${query}`)).json()) as {
    feedback: { id: string; cursor: string; verdict: string; comment?: string }[]
    next: string | null
  }

it('feedback is kept as it was said, over a restart, and read in pages', async () => {
  const ids: string[] = []
  for (const comment of ['one', 'two', 'three']) {
    const response = await say({ row: aRow(), answer: { churn: true }, verdict: 'wrong', outcome: 'no', comment })
    expect(response.status).toBe(202)
    ids.push(((await response.json()) as { id: string }).id)
  }
  await host.close()
  host = await openServerHost({ DATA_DIR: folder.path })

  const first = await list('?limit=2')
  expect(first.feedback).toMatchObject([
    { id: ids[0], comment: 'one', row: aRow(), version: 1, outcome: 'no' },
    { id: ids[1], comment: 'two' },
  ])
  const second = await list(`?limit=2&after=${first.next}`)
  expect(second).toMatchObject({ feedback: [{ id: ids[2] }], next: null })
})

it('feedback that is none is told everything that is wrong with it', async () => {
  const response = await say({ verdict: 'maybe', comment: 'x'.repeat(2001), mood: 'good' })

  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    code: 'bad_request',
    detail:
      '"mood" is not known; row, answer, requestId, verdict, outcome, comment are; row must be the row, an object; ' +
      'verdict must be one of right, wrong; comment must be a text of at most 2000 characters',
  })
  expect((await list()).feedback).toEqual([])
})

it('feedback wants a model that is there, is read by operators alone, and says what to set where it cannot be kept', async () => {
  expect((await host.fetch('/models/chrun/feedback', json({}))).status).toBe(404)
  expect((await host.fetch('/models/churn/feedback', { headers: { 'x-forwarded-for': '10.0.0.1' } })).status).toBe(403)
  expect((await host.fetch('/models/churn/feedback?limit=0')).status).toBe(400)
  const bare = await openServerHost({})
  const response = await bare.fetch('/models/churn/feedback', json({ row: aRow(), verdict: 'right' }))
  await bare.close()

  expect(response.status).toBe(501)
  expect(await response.json()).toMatchObject({ code: 'not_configured' })
})
