import { type Catalogue, type Clock, requireRows } from '@scaling-mlops/core'
import { isEnded, type Job } from '@scaling-mlops/core/jobs'
import type { Act } from './audit.ts'
import { openBody, tooLarge, unreadable } from './body.ts'
import type { Exchange } from './exchange.ts'
import { HttpError } from './http-error.ts'
import { type JobDoor, requireJobDoor } from './job-door.ts'
import { readJobWish } from './job-order.ts'
import { answerJobFile } from './job-output.ts'
import type { RequireOperator } from './operator.ts'
import { createRecordIds } from './record-ids.ts'
import { respondJson } from './respond.ts'
import type { PathRoute } from './route.ts'
import { requireFollowing, respondEvents } from './server-sent-events.ts'

export type JobRoutesOptions = {
  /** Undefined where nothing is set that jobs could be kept in; the routes then say what to set. */
  readonly door: JobDoor | undefined
  readonly requireOperator: RequireOperator
  readonly act: Act
  readonly catalogue: Catalogue
  readonly clock: Clock
  readonly isReady: () => boolean
  readonly canFollow: boolean
  /** Of a file as it arrives. */
  readonly maxFileBytes: number
}

const LOOK_AGAIN_MS = 250

/** Files scored in the background: ordered, watched, called off, fetched. All of it is an operator's. */
export function createJobRoutes(options: JobRoutesOptions): readonly PathRoute[] {
  const { requireOperator, act, catalogue, clock, isReady, canFollow, maxFileBytes } = options
  const createId = createRecordIds(clock.now)
  const operator =
    (answer: (door: JobDoor, request: Request, exchange: Exchange, id: string) => Promise<Response>): PathRoute[2] =>
    async (request, exchange, parameter) => {
      requireOperator(request)
      return answer(requireJobDoor(options.door), request, exchange, parameter('id'))
    }

  return [
    [
      'POST',
      '/jobs',
      (request, exchange) =>
        act('start job', request, exchange, async () => order(requireJobDoor(options.door), request, exchange)),
    ],
    ['GET', '/jobs', operator(list)],
    ['GET', '/jobs/:id', operator(async ({ jobs }, _, exchange, id) => respondJob(await find({ jobs }, id), exchange))],
    [
      'DELETE',
      '/jobs/:id',
      (request, exchange, parameter) =>
        act('cancel job', request, exchange, async () =>
          cancel(requireJobDoor(options.door), parameter('id'), exchange),
        ),
    ],
    ['GET', '/jobs/:id/events', operator(follow)],
    ...(['result', 'errors'] as const).map(
      (output): PathRoute => [
        'GET',
        `/jobs/:id/${output}`,
        operator(async ({ jobs, files }, request, exchange, id) =>
          answerJobFile(await find({ jobs }, id), output, request, exchange, files),
        ),
      ],
    ),
  ]

  async function order({ jobs, files }: JobDoor, request: Request, exchange: Exchange): Promise<Response> {
    const { model, version, key, filename, format, options } = readJobWish(request)
    const known = key === undefined ? undefined : await jobs.find({ key })
    if (known) {
      exchange.acted = { job: known.id, isNew: false }
      return respondJob(known, exchange)
    }
    const servable = await (model === undefined ? catalogue.findDefault() : catalogue.find(model, version))
    const { manifest } = requireRows(servable)
    exchange.model = servable.name
    exchange.version = servable.version
    for (const feature of Object.values(options.map ?? {}))
      if (!manifest.features.some(({ name }) => name === feature))
        throw new HttpError('bad_request', `map: model ${servable.name} has no field "${feature.slice(0, 60)}"`)

    const id = createId()
    const bytes = await files.receive(id, readBody(request, exchange)).catch(refuseWithoutRoom)
    const { job, isNew } = await jobs
      .add({ id, model: servable.name, version: servable.version, filename, format, bytes, options }, key)
      .catch(async error => {
        await files.discard(id)
        throw error
      })
    if (!isNew) await files.discard(id)
    exchange.acted = { job: job.id, model: job.model, version: job.version, isNew }
    return respondJob(job, exchange, isNew ? 202 : 200)
  }

  async function* readBody(request: Request, { caller }: Exchange): AsyncGenerator<Uint8Array> {
    const declared = Number(caller.header('content-length') ?? Number.NaN)
    if (declared > maxFileBytes) throw tooLarge(maxFileBytes, `${declared}`)
    // a file that is compressed stays so: who reads it will see
    const isGzip = /^(x-)?gzip$/i.test(caller.header('content-encoding')?.trim() ?? '')
    const body = isGzip ? (request.body ?? new Blob([]).stream()) : openBody(request, caller)
    const reader = body.getReader()
    let bytes = 0
    try {
      for (;;) {
        const { done, value } = await reader.read().catch(unreadable)
        if (done) return
        bytes += value.byteLength
        if (bytes > maxFileBytes) throw tooLarge(maxFileBytes, 'more')
        yield value
      }
    } finally {
      reader.cancel().catch(() => {})
    }
  }

  async function cancel({ jobs }: JobDoor, id: string, exchange: Exchange): Promise<Response> {
    exchange.acted = { job: id.slice(0, 60) }
    const job = (await jobs.cancel(id)) ?? unknownJob(id)
    exchange.acted = { job: job.id, state: job.state }
    return respondJob(job, exchange)
  }

  async function list({ jobs }: JobDoor, request: Request, exchange: Exchange): Promise<Response> {
    const limit = new URL(request.url).searchParams.get('limit') ?? '50'
    if (!/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > 1000)
      throw new HttpError('bad_request', `limit must be a whole number from 1 to 1000; got "${limit.slice(0, 60)}"`)
    const found = await jobs.list(Number(limit))
    return respondJson(JSON.stringify({ jobs: found.map(toDocument) }), exchange.requestId)
  }

  async function follow({ jobs }: JobDoor, request: Request, exchange: Exchange, id: string): Promise<Response> {
    requireFollowing(canFollow, `GET /jobs/${id.slice(0, 60)}`)
    let seen = Number(/^\d{1,15}$/.exec(request.headers.get('last-event-id') ?? '')?.[0] ?? 0)
    const first = await find({ jobs }, id)
    // 204 tells an EventSource that it need not come again
    if (isEnded(first) && first.revision <= seen)
      return new Response(null, { status: 204, headers: { 'x-request-id': exchange.requestId } })
    let ended = false
    return respondEvents(
      {
        waitMs: LOOK_AGAIN_MS,
        isReady,
        async next() {
          const job = ended ? undefined : await jobs.find({ id })
          if (job === undefined) return 'end'
          if (job.revision <= seen) return 'wait'
          seen = job.revision
          ended = isEnded(job)
          return { id: seen, event: 'progress', data: JSON.stringify(toDocument(job)) }
        },
      },
      exchange,
    )
  }
}

async function find({ jobs }: Pick<JobDoor, 'jobs'>, id: string): Promise<Job> {
  return (await jobs.find({ id })) ?? unknownJob(id)
}

function unknownJob(id: string): never {
  throw new HttpError('unknown_job', `there is no job "${id.slice(0, 60)}"; GET /jobs lists those that are kept`)
}

function respondJob(job: Job, { requestId }: Exchange, status = 200): Response {
  const response = respondJson(JSON.stringify(toDocument(job)), requestId, status)
  response.headers.set('location', `/jobs/${job.id}`)
  return response
}

function toDocument({ revision: _, ...job }: Job): Omit<Job, 'revision'> {
  return job
}

function refuseWithoutRoom(error: unknown): never {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT')
    throw new HttpError('try_again', 'there is no room for the file in DATA_DIR', { cause: error })
  throw error
}
