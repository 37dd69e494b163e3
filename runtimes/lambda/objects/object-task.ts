import { InvocationError } from '@scaling-mlops/adapters/lambda'
import * as z from 'zod/mini'

const count = z.int().check(z.minimum(0))
const text = z.string().check(z.minLength(1))
const file = z.strictObject({
  bucket: text,
  key: text,
  size: count,
  etag: text,
  model: text,
  version: text,
})
const taskSchema = z.discriminatedUnion('task', [
  z.strictObject({
    task: z.literal('split'),
    file,
    from: z.strictObject({ start: count, lines: count, head: count, ranges: count }),
  }),
  z.strictObject({
    task: z.literal('score'),
    file,
    index: count,
    range: z.strictObject({ start: count, end: count, lines: count, linesAtEnd: count, head: count }),
  }),
])

/** One version of a file in S3, and the version of the model that all its rows are scored with. */
export type ObjectFile = z.infer<typeof file>

/** What travels through FILE_QUEUE_URL: to score one range of a file, or to go on cutting it into ranges. */
export type ObjectTask = z.infer<typeof taskSchema>

/** Reads a task. Throws where it is none, so that it ends in the queue's dead letters. */
export function parseTask(value: unknown): ObjectTask {
  const { success, data, error } = taskSchema.safeParse(value)
  if (success) return data
  const issues = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
  throw new InvocationError('unknown_event', `a message in the queue of tasks that is no task: ${issues}`)
}
