import type { Log } from '@scaling-mlops/core'
import type { BatchResponse } from './batch-handler.ts'
import { type Invocation, inTime } from './invocation.ts'
import { InvocationError } from './invocation-error.ts'
import type { ObjectPlace, ObjectWork } from './object-work.ts'
import { type Fields, isFields, isText, unknownEvent } from './source.ts'

/** Scores the objects that an event of S3 names. Rejects, so that Lambda invokes again, where one is not done with. */
export type S3Handler = (event: Fields, invocation: Invocation) => Promise<void>

export function createS3Handler({ score }: ObjectWork): S3Handler {
  return async ({ Records }, invocation) => {
    for (const place of (Records as readonly unknown[]).flatMap(toPlaces))
      await done(`s3://${place.bucket}/${place.key}`, score(place, invocation), invocation)
  }
}

/** Does the tasks of an event of the work's own queue, and takes notifications of S3 that were sent there. Names the messages that are to come again. */
export type TaskHandler = (event: Fields, invocation: Invocation) => Promise<BatchResponse>

export function createTaskHandler(work: ObjectWork, log: Log): TaskHandler {
  const scoreObjects = createS3Handler(work)

  const take = async (body: unknown, invocation: Invocation): Promise<void> => {
    const task = parse(body)
    // S3 tries a queue out when it is given one
    if (isFields(task) && task.Event === 's3:TestEvent') return
    if (isFields(task) && Array.isArray(task.Records)) await scoreObjects(task, invocation)
    else await done('a task of the queue', work.goOn(task, invocation), invocation)
  }
  return async ({ Records }, invocation) => {
    const batchItemFailures: { itemIdentifier: string }[] = []
    for (const record of Records as readonly unknown[]) {
      if (!isFields(record) || !isText(record.messageId) || record.messageId === '')
        throw unknownEvent('a record of SQS without a "messageId"')
      const { messageId } = record
      try {
        await take(record.body, invocation)
      } catch (error) {
        log.error('task comes again', { requestId: invocation.requestId, message: messageId, error })
        batchItemFailures.push({ itemIdentifier: messageId })
      }
    }
    return { batchItemFailures }
  }
}

/** Whether an event of SQS is one of the queue of that name. */
export function isFromQueue({ Records }: Fields, queueName: string | undefined): boolean {
  const [first] = Records as readonly unknown[]
  return isFields(first) && queueName !== undefined && String(first.eventSourceARN).endsWith(`:${queueName}`)
}

/** What an object's creation is told by; other events of S3 have nothing to score. */
function toPlaces(record: unknown): ObjectPlace[] {
  const { eventName, s3 } = isFields(record) ? record : {}
  const { bucket, object } = isFields(s3) ? s3 : {}
  if (!isFields(bucket) || !isText(bucket.name) || !isFields(object) || !isText(object.key))
    throw unknownEvent('a record of S3 without the name of a bucket or the key of an object')
  if (!String(eventName).startsWith('ObjectCreated:')) return []
  return [{ bucket: bucket.name, key: decodeKey(object.key) }]
}

/** Keys come as forms encode them: a blank is a plus. */
function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '))
  } catch {
    throw unknownEvent(
      `a record of S3 with a key that is not encoded as keys are: ${JSON.stringify(key.slice(0, 200))}`,
    )
  }
}

function parse(body: unknown): unknown {
  try {
    return JSON.parse(String(body))
  } catch {
    throw new InvocationError('unknown_event', 'a message in the queue of tasks that is no JSON')
  }
}

async function done(what: string, work: Promise<void>, invocation: Invocation): Promise<void> {
  try {
    const ended = await inTime(
      work.then(() => true),
      invocation,
    )
    if (ended === undefined) throw new InvocationError('deadline_exceeded', 'the time of the invocation is over')
  } catch (error) {
    const { name, message } = error as Error
    throw new InvocationError(error instanceof InvocationError ? name : 'try_again', `${what}: ${message}`, {
      cause: error,
    })
  }
}
