import { compressionOf } from '@scaling-mlops/adapters/files'
import { type Invocation, InvocationError, type ObjectPlace, type ObjectWork } from '@scaling-mlops/adapters/lambda'
import { type S3Objects, toS3Url } from '@scaling-mlops/adapters/s3'
import type { SqsTasks } from '@scaling-mlops/adapters/sqs'
import { type Catalogue, CoreError, type ErrorCode, type Log, type Servable } from '@scaling-mlops/core'
import { gatherObject } from './gather-object.ts'
import { namesOf, type ObjectNames, workPrefix } from './object-names.ts'
import { type ObjectFile, type ObjectTask, parseTask } from './object-task.ts'
import { scoreStretch } from './score-stretch.ts'
import { placesOf, splitObject } from './split-object.ts'

export type ObjectWorkOptions = {
  readonly catalogue: Catalogue
  readonly log: Log
  /** Opened with the first file, since the SDK takes its time. */
  readonly openObjects: () => Promise<S3Objects>
  /** Without it every file is scored by one invocation, and must be small enough for that. */
  readonly tasks: SqsTasks | undefined
  /** Files of more bytes than this are scored in ranges of so many. */
  readonly rangeBytes: number
}

/** What no later attempt would mend. */
const FINAL: readonly ErrorCode[] = [
  'invalid_data',
  'unknown_model',
  'unknown_version',
  'no_default_model',
  'no_feature_table',
]

/**
 * Scores files that are put into S3 into objects beside them. A file that can never be scored gets an object that says why; whatever may
 * be better later rejects. The file's own metadata may name `model` and `version`; else the default model scores it.
 */
export function createObjectWork({ catalogue, log, openObjects, tasks, rangeBytes }: ObjectWorkOptions): ObjectWork {
  return { queueName: tasks?.queueName, score, goOn }

  async function score(place: ObjectPlace, invocation: Invocation): Promise<void> {
    const names = namesOf(place)
    if (names === undefined) return log.debug('no file to score', { file: toS3Url(place) })
    const objects = await openObjects()
    const object = await objects.find(place)
    if (object === undefined) return log.warn('the file is no longer there', { file: toS3Url(place) })
    const { size, etag, metadata } = object
    const unknown = { ...place, size, etag, model: '', version: '' }
    await orRefuse(objects, unknown, names, async () => {
      const servable = await (metadata.model === undefined
        ? catalogue.findDefault()
        : catalogue.find(metadata.model, metadata.version))
      const file = { ...unknown, model: servable.name, version: String(servable.version) }
      const { format } = names
      if (isSplit(file)) {
        // what an earlier attempt has left: its ranges are all scored again
        await objects.remove(place.bucket, await objects.list(place.bucket, workPrefix(file)))
        return split(objects, { file, format, servable }, names, invocation)
      }
      say(file, await scoreStretch(objects, { file, servable, ...names }, invocation))
      await objects.remove(place.bucket, [names.refused.key])
    })
  }

  async function goOn(message: unknown, invocation: Invocation): Promise<void> {
    const task = parseTask(message)
    const { file } = task
    const names = namesOf(file)
    if (names === undefined) throw new InvocationError('unknown_event', `${toS3Url(file)} is no file to score`)
    const objects = await openObjects()
    if ((await objects.find(stoppedOf(file))) !== undefined) return
    await orRefuse(objects, file, names, async () => {
      const servable = await catalogue.find(file.model, file.version)
      if (task.task === 'split')
        await split(objects, { file, format: names.format, servable, from: task.from }, names, invocation)
      else await scoreTask(objects, task, servable, names, invocation)
    })
  }

  type Parted = {
    file: ObjectFile
    format: ObjectNames['format']
    servable: Servable
    from?: Extract<ObjectTask, { task: 'split' }>['from']
  }

  async function split(objects: S3Objects, parted: Parted, names: ObjectNames, invocation: Invocation): Promise<void> {
    const send = async (messages: readonly ObjectTask[]): Promise<void> => tasks?.send(messages)
    if (await splitObject({ objects, send, rangeBytes }, parted, invocation)) await gather(objects, parted.file, names)
  }

  async function scoreTask(
    objects: S3Objects,
    { file, index, range }: Extract<ObjectTask, { task: 'score' }>,
    servable: Servable,
    names: ObjectNames,
    invocation: Invocation,
  ): Promise<void> {
    const { report, ...places } = placesOf(file, index)
    const { rows, failed, outputBytes } = await scoreStretch(
      objects,
      { file, servable, range, format: names.format, ...places },
      invocation,
    )
    await objects.write(report, JSON.stringify({ rows, failed, outputBytes }))
    await gather(objects, file, names)
  }

  async function gather(objects: S3Objects, file: ObjectFile, names: ObjectNames): Promise<void> {
    const counts = await gatherObject(objects, file, names)
    if (counts === undefined) return
    say(file, counts)
    await objects.remove(file.bucket, [names.refused.key])
  }

  function say(file: ObjectFile, { rows, failed }: { readonly rows: number; readonly failed: number }): void {
    const { model, version } = file
    log.info('file scored', { file: toS3Url(file), model, version, rows, failed })
  }

  /** Does the work; what fails for good is noted beside the file, and to those who work on other ranges of it. */
  async function orRefuse(
    objects: S3Objects,
    file: ObjectFile,
    names: ObjectNames,
    work: () => Promise<void>,
  ): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof CoreError)) throw error
      if (error.code === 'cancelled') throw tooLong(file, error)
      if (!FINAL.includes(error.code)) throw error
      const now = await objects.find(file)
      // another version has its own event
      if (now?.etag !== file.etag) return log.info('the file was replaced or removed', { file: toS3Url(file) })
      const { code, message } = error
      log.error('the file cannot be scored', { file: toS3Url(file), code, error })
      await objects.write(
        names.refused,
        `${JSON.stringify({ schemaVersion: 1, file: toS3Url(file), code, message })}\n`,
      )
      if (isSplit(file)) await objects.write(stoppedOf(file), '{}\n')
    }
  }

  function isSplit({ key, size }: ObjectFile): boolean {
    return tasks !== undefined && size > rangeBytes && compressionOf(key) === 'none'
  }

  function tooLong(file: ObjectFile, cause: CoreError): InvocationError {
    const remedy =
      compressionOf(file.key) !== 'none'
        ? 'packed files are scored in one go: put it there unpacked'
        : tasks === undefined
          ? 'set FILE_QUEUE_URL, so that it is scored in ranges'
          : 'lower FILE_RANGE_BYTES or give the function more memory'
    return new InvocationError('deadline_exceeded', `the time of the invocation is over; ${remedy}`, { cause })
  }
}

/** Says that no other range of a file needs to be scored. */
function stoppedOf(file: ObjectFile): ObjectPlace {
  return { bucket: file.bucket, key: `${workPrefix(file)}stopped` }
}
