import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type Host, openMemoryHost, openProcessHost, openServerHost, repository } from '../../support/host.ts'
import { openLambdaHost } from '../../support/lambda-host.ts'
import { runCli } from '../../support/run-cli.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'

const telco = await readFile(`${repository}/churn/data/telco-churn.csv`, 'utf8')
const [header = '', ...rows] = telco.trim().split('\n')
const repeated = (times: number): string => `${header}\n${`${rows.join('\n')}\n`.repeat(times)}`

type Job = {
  readonly id: string
  readonly state: string
  readonly bytes: number
  readonly progress: { readonly rows: number; readonly errors: number; readonly bytesRead: number }
  readonly summary?: { readonly rows: number; readonly failed: number }
  readonly problem?: { readonly code: string; readonly message: string }
}

async function send(host: Host, body: string | Uint8Array, query = '', headers: Record<string, string> = {}) {
  const response = await host.fetch(`/jobs?model=churn${query}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: { 'content-type': 'text/csv', ...headers },
  })
  return { status: response.status, job: (await response.json()) as Job & { readonly code?: string } }
}

const find = async (host: Host, id: string): Promise<Job> => (await (await host.fetch(`/jobs/${id}`)).json()) as Job

async function untilEnded(host: Host, id: string): Promise<Job> {
  for (;;) {
    const job = await find(host, id)
    if (!['queued', 'running'].includes(job.state)) return job
    await sleep(50)
  }
}

async function scoredByCommand(folder: string, text: string): Promise<string> {
  await writeFile(`${folder}/rows.csv`, text)
  await runCli('score', `${repository}/churn`, `${folder}/rows.csv`, '-o', `${folder}/out.csv`)
  return readFile(`${folder}/out.csv`, 'utf8')
}

describe('a job', () => {
  it('gives the bytes that the command line gives, told by events until it is done', async () => {
    await using folder = await temporaryFolder()
    const host = await openServerHost({ DATA_DIR: `${folder.path}/data` })
    const text = repeated(20)
    const { status, job } = await send(host, text, '', { 'content-disposition': 'attachment; filename="june.csv"' })

    const events = await (await host.fetch(`/jobs/${job.id}/events`)).text()
    const result = await host.fetch(`/jobs/${job.id}/result`)
    const part = await host.fetch(`/jobs/${job.id}/result`, { headers: { range: 'bytes=10-19' } })
    const errors = await host.fetch(`/jobs/${job.id}/errors`)
    const last = Number(/id: (\d+)\n(?![\s\S]*id: )/.exec(events)?.[1])
    const again = await host.fetch(`/jobs/${job.id}/events`, { headers: { 'last-event-id': String(last) } })
    const late = await host.fetch(`/jobs/${job.id}/events`, { headers: { 'last-event-id': '1' } })
    const lateText = await late.text()
    const whole = await result.text()
    await host.close()

    expect(status).toBe(202)
    expect(job).toMatchObject({ state: 'queued', model: 'churn', version: 1, filename: 'june.csv', bytes: text.length })
    expect(events).toContain('event: progress\n')
    expect(events.trimEnd().split('\n').at(-1)).toContain('"state":"done"')
    expect(whole).toBe(await scoredByCommand(folder.path, text))
    expect(result.headers.get('content-disposition')).toBe('attachment; filename="june.scored.csv"')
    expect([part.status, await part.text()]).toEqual([206, whole.slice(10, 20)])
    expect(errors.status).toBe(404)
    expect(again.status).toBe(204)
    expect(lateText.match(/^id: /gm)).toHaveLength(1)
  })

  it('goes on after kill -9 to the same bytes', async () => {
    await using folder = await temporaryFolder()
    const data = { DATA_DIR: `${folder.path}/data`, JOB_THREADS: '1' }
    const first = await openProcessHost(data)
    const { job } = await send(first, repeated(150), '', { 'idempotency-key': 'june' })
    await until(async () => (await find(first, job.id)).progress.rows > 0)
    // a checkpoint is written every second
    await sleep(1_200)
    const at = await find(first, job.id)
    const exit = once(first.child, 'exit')
    first.child.kill('SIGKILL')
    await exit
    const second = await openProcessHost(data)

    const same = await send(second, 'anything', '', { 'idempotency-key': 'june' })
    const done = await untilEnded(second, job.id)
    const whole = await (await second.fetch(`/jobs/${job.id}/result`)).text()
    const begun = second.log.filter(({ msg }) => msg === 'job begins')
    await second.close()

    expect(at).toMatchObject({ state: 'running' })
    expect({ status: same.status, id: same.job.id }).toEqual({ status: 200, id: job.id })
    expect(done).toMatchObject({ state: 'done', summary: { rows: rows.length * 150, failed: 0 } })
    expect(begun).toMatchObject([{ rows: expect.any(Number) }])
    expect(begun[0]?.rows).toBeGreaterThan(0)
    expect(whole).toBe(await scoredByCommand(folder.path, repeated(150)))
  }, 120_000)

  it('ends where it is called off, and where too many rows fail', async () => {
    await using folder = await temporaryFolder()
    const host = await openServerHost({ DATA_DIR: folder.path, JOB_THREADS: '1' })
    const long = await send(host, repeated(80))
    const waiting = await send(host, gzipSync(`${header}\n${rows[0]}\n${rows[0]?.replace(/^/, 'x')}\n`))
    const unfinished = await host.fetch(`/jobs/${waiting.job.id}/result`)
    for (let job = long.job; job.state !== 'running'; ) job = await find(host, job.id)

    const cancelled = (await (await host.fetch(`/jobs/${long.job.id}`, { method: 'DELETE' })).json()) as Job
    const bad = await send(host, `${header}\n${rows[0]?.replace('Month-to-month', 'weekly')}\n`, '&maxErrors=0')
    const some = await send(host, `${header}\n${rows[0]?.replace('Month-to-month', 'weekly')}\n`)
    const failed = await untilEnded(host, bad.job.id)
    const done = await untilEnded(host, some.job.id)
    const errors = await (await host.fetch(`/jobs/${some.job.id}/errors`)).text()
    const after = await find(host, long.job.id)
    const unpacked = await find(host, waiting.job.id)
    const { jobs } = (await (await host.fetch('/jobs?limit=2')).json()) as { jobs: Job[] }
    await host.close()

    expect(unfinished.status).toBe(409)
    expect([cancelled.state, after.state]).toEqual(['cancelled', 'cancelled'])
    expect(after.progress.rows).toBeLessThan((rows.length * 80) / 2)
    expect(unpacked).toMatchObject({ state: 'done', progress: { rows: 2 } })
    expect(failed).toMatchObject({ state: 'failed', problem: { code: 'invalid_data' } })
    expect(failed.problem?.message).not.toContain(folder.path)
    expect(done).toMatchObject({ state: 'done', progress: { errors: 1 } })
    expect(errors).toContain('weekly')
    expect(jobs.map(({ id }) => id)).toEqual([some.job.id, bad.job.id])
  }, 120_000)

  it.each([
    ['an unknown parameter', '&maxerrors=3', {}, 400],
    ['a map to a field that is none', '&map=a=b', {}, 400],
    ['a file that is neither', '', { 'content-type': 'image/png' }, 415],
    ['a file that is too large', '', {}, 413],
    ['an unknown version', '&version=7', {}, 404],
  ] as const)('refuses %s', async (_, query, headers, status) => {
    await using folder = await temporaryFolder()
    const host = await openMemoryHost({ DATA_DIR: folder.path, MAX_FILE_BYTES: '100' })

    const answer = await send(host, repeated(1), query, headers)
    const { jobs } = (await (await host.fetch('/jobs')).json()) as { jobs: Job[] }
    await host.close()

    expect(answer.status).toBe(status)
    expect(jobs).toEqual([])
  })

  it("is an operator's, and wants a place that lasts", async () => {
    await using folder = await temporaryFolder()
    const closed = await openMemoryHost({ DATA_DIR: folder.path, API_KEYS: 'a-key-of-sixteen-letters' })
    const homeless = await openMemoryHost()
    const lambda = await openLambdaHost('API Gateway 2.0', { DATA_DIR: folder.path })

    const statuses = [
      (await send(closed, repeated(1))).status,
      (await closed.fetch('/jobs')).status,
      (await homeless.fetch('/jobs')).status,
    ]
    const onLambda = (await lambda.fetch('/jobs/1/events')).status
    for (const host of [closed, homeless, lambda]) await host.close()

    expect(statuses).toEqual([401, 401, 501])
    expect(onLambda).toBe(501)
  })
})
