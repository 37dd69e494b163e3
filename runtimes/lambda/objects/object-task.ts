import { InvocationError } from '@scaling-mlops/adapters/lambda'
import * as z from 'zod'

const count = z.int().min(0)
const file = z.strictObject({
  bucket: z.string().min(1),
  key: z.string().min(1),
  size: count,
  etag: z.string().min(1),
  model: z.string().min(1),
  version: z.string().min(1),
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
