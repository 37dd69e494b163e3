import type { Invocation } from './invocation.ts'

/** Where an object of S3 lies. */
export type ObjectPlace = { readonly bucket: string; readonly key: string }

/** What is done with files in S3. Each call resolves when it is done for good, and rejects where it is to be made again. */
export type ObjectWork = {
  /** The queue that its tasks come through, if it has one. */
  readonly queueName: string | undefined
  /** Takes up an object that was created, whichever it is. */
  score(place: ObjectPlace, invocation: Invocation): Promise<void>
  /** Does a task that an earlier call has put into the queue. */
  goOn(task: unknown, invocation: Invocation): Promise<void>
}
