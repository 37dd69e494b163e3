import type { ObjectWork } from '@scaling-mlops/adapters/lambda'
import { openS3Objects, type S3Objects } from '@scaling-mlops/adapters/s3'
import { createSqsTasks } from '@scaling-mlops/adapters/sqs'
import type { Catalogue, Log } from '@scaling-mlops/core'
import type { Configuration } from '../../configuration/settings.ts'

/** Files in S3, as far as the configuration goes. Nothing is loaded before the first of them comes. */
export function openObjectWork(
  { fileQueueUrl, fileRangeBytes }: Configuration,
  { catalogue, log }: { readonly catalogue: Catalogue; readonly log: Log },
): ObjectWork & { close(): Promise<void> } {
  const tasks = fileQueueUrl === undefined ? undefined : createSqsTasks(fileQueueUrl)
  let objects: Promise<S3Objects> | undefined
  const openObjects = (): Promise<S3Objects> => {
    objects ??= openS3Objects()
    return objects
  }
  const open = async (): Promise<ObjectWork> => {
    const { createObjectWork } = await import('./object-work.ts')
    return createObjectWork({ catalogue, log, openObjects, tasks, rangeBytes: fileRangeBytes })
  }
  return {
    queueName: tasks?.queueName,
    score: async (place, invocation) => (await open()).score(place, invocation),
    goOn: async (task, invocation) => (await open()).goOn(task, invocation),
    async close() {
      await tasks?.close()
      if (objects !== undefined) (await objects).close()
    },
  }
}
