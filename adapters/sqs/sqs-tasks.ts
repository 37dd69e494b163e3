import { assertNoneFailed, inBatches } from './in-batches.ts'
import { openSqsApi, type SqsApi } from './sqs-api.ts'

/** A queue of work that is no record to score: each task a JSON document. */
export type SqsTasks = {
  /** By which events of the queue are told from those of others. */
  readonly queueName: string
  /** Rejects where not all are stored. */
  send(tasks: readonly object[]): Promise<void>
  close(): Promise<void>
}

/** Loads the SDK with the first task. */
export function createSqsTasks(url: string): SqsTasks {
  let api: Promise<SqsApi> | undefined
  return {
    queueName: url.slice(url.lastIndexOf('/') + 1),
    async send(tasks) {
      api ??= openSqsApi(url)
      const { sdk, client } = await api
      const entries = tasks.map((task, index) => ({ Id: String(index), MessageBody: JSON.stringify(task) }))
      const failed = await inBatches(entries, Entries =>
        client.send(new sdk.SendMessageBatchCommand({ QueueUrl: url, Entries: [...Entries] })),
      )
      assertNoneFailed(failed, 'the tasks')
    },
    async close() {
      ;(await api)?.client.destroy()
    },
  }
}
