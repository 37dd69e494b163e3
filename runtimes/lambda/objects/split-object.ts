import { utf8 } from '@scaling-mlops/adapters/files'
import type { Invocation, ObjectPlace } from '@scaling-mlops/adapters/lambda'
import type { S3Objects } from '@scaling-mlops/adapters/s3'
import { requireRows, type Servable } from '@scaling-mlops/core'
import { planRanges } from '@scaling-mlops/core/files'
import { workPrefix } from './object-names.ts'
import type { ObjectFile, ObjectTask } from './object-task.ts'
import type { Stretch } from './score-stretch.ts'
import { sourceFrom } from './score-stretch.ts'

/** S3 puts at most 10,000 parts together. */
const MOST_RANGES = 9_000

export type SplitOptions = {
  readonly objects: S3Objects
  readonly send: (tasks: readonly ObjectTask[]) => Promise<void>
  readonly rangeBytes: number
}

type From = Extract<ObjectTask, { task: 'split' }>['from']

/**
 * Cuts a file into ranges and puts a task for each into the queue, as it comes to them, so that others score while this one reads on. With
 * three quarters of the time gone it puts the rest of its work there too. Resolves to whether it came to the end, which it notes for those who gather.
 */
export async function splitObject(
  { objects, send, rangeBytes }: SplitOptions,
  {
    file,
    format,
    servable,
    from,
  }: Pick<Stretch, 'file' | 'format'> & { readonly servable: Servable; readonly from?: From },
  invocation: Invocation,
): Promise<boolean> {
  const enough = invocation.remaining() / 4
  let index = from?.ranges ?? 0
  const source =
    from === undefined
      ? objects.source(file, { signal: invocation.signal })
      : sourceFrom(objects, file, from, invocation.signal)
  const ranges = planRanges({
    source,
    format,
    features: requireRows(servable).manifest.features,
    text: utf8,
    rangeBytes: Math.max(rangeBytes, Math.ceil(file.size / MOST_RANGES)),
    ...(from && { from }),
  })
  for await (const range of ranges) {
    await send([{ task: 'score', file, index: index++, range }])
    if (range.end === file.size || invocation.remaining() >= enough) continue
    const { head } = range
    await send([{ task: 'split', file, from: { start: range.end, lines: range.linesAtEnd, head, ranges: index } }])
    return false
  }
  await objects.write(planOf(file), JSON.stringify({ ranges: index }))
  return true
}

/** The object that says how many ranges a file has. */
export function planOf(file: ObjectFile): ObjectPlace {
  return { bucket: file.bucket, key: `${workPrefix(file)}plan.json` }
}

/** Where a range's rows, its failed rows, and its counts are kept until all are there. */
export function placesOf(
  file: ObjectFile,
  index: number,
): { readonly scored: ObjectPlace; readonly errors: ObjectPlace; readonly report: ObjectPlace } {
  const { bucket } = file
  const name = `${workPrefix(file)}${String(index).padStart(5, '0')}`
  return {
    scored: { bucket, key: name },
    errors: { bucket, key: `${name}.errors` },
    report: { bucket, key: `${name}.json` },
  }
}
