import { type Delivery, isRecordId, type Log } from '@scaling-mlops/core'
import { readBytes } from './body-bytes.ts'
import type { Exchange } from './exchange.ts'
import { HttpError } from './http-error.ts'
import { toBody } from './record-bodies.ts'
import { respondJson } from './respond.ts'
import type { StreamDoor } from './stream-door.ts'

type Dependencies = { readonly door: StreamDoor; readonly log: Log; readonly maxBodyBytes: number }

/**
 * One message from Elastic Beanstalk's worker daemon: 200, which makes it delete the message, once the record is scored or a dead letter;
 * 503, which makes it come again, where a later attempt may succeed.
 */
export async function answerWorker(
  request: Request,
  exchange: Exchange,
  dependencies: Dependencies,
): Promise<Response> {
  const task = request.headers.get('x-aws-sqsd-taskname')
  if (task !== null) return answerTask(task, exchange, dependencies)
  const { door, maxBodyBytes } = dependencies
  const delivery = await toDelivery(request, exchange, maxBodyBytes)
  exchange.rows = 1
  if (delivery.model !== undefined) exchange.model = delivery.model
  let settled = false
  await door.process([delivery], {
    async acknowledge() {
      settled = true
    },
    async hide() {},
  })
  if (!settled)
    throw new HttpError('try_again', `record ${delivery.id} could not be scored at attempt ${delivery.attempts}`)
  return respondJson(JSON.stringify({ id: delivery.id }), exchange.requestId)
}

async function toDelivery(request: Request, { caller }: Exchange, maxBodyBytes: number): Promise<Delivery> {
  const { headers } = request
  const id = headers.get('x-aws-sqsd-attr-record-id') ?? headers.get('x-aws-sqsd-msgid')
  if (!isRecordId(id))
    throw new HttpError(
      'bad_request',
      'X-Aws-Sqsd-Msgid is missing; this route is for the worker daemon of Elastic Beanstalk',
    )
  const bytes = await readBytes(request, caller, maxBodyBytes)
  const inBase64 = headers.get('x-aws-sqsd-attr-encoding') === 'base64'
  return {
    id,
    model: headers.get('x-aws-sqsd-attr-model') ?? undefined,
    version: headers.get('x-aws-sqsd-attr-version') ?? undefined,
    body: toBody(inBase64 ? Buffer.from(Buffer.from(bytes).toString('latin1'), 'base64') : bytes),
    attempts: Number(headers.get('x-aws-sqsd-receive-count')) || 1,
    firstSeen: Date.parse(headers.get('x-aws-sqsd-first-received-at') ?? '') || Date.now(),
    receipt: undefined,
  }
}

/** The tasks of cron.yaml, by name. */
async function answerTask(task: string, exchange: Exchange, { door, log }: Dependencies): Promise<Response> {
  if (task !== 'dead-letter-summary')
    throw new HttpError('bad_request', `there is no task "${task.slice(0, 60)}"; dead-letter-summary is one`)
  const counts = new Map<string, number>()
  let total = 0
  for await (const letters of door.deadLetters.scan({}))
    for (const { model, code } of letters) {
      const key = `${model ?? 'default'} ${code}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
      total++
    }
  const summary = { total, counts: Object.fromEntries([...counts].sort(([, a], [, b]) => b - a)) }
  log.info('dead letter summary', summary)
  return respondJson(JSON.stringify(summary), exchange.requestId)
}
