import { utf8 } from '@scaling-mlops/adapters/files'
import type { ObjectPlace } from '@scaling-mlops/adapters/lambda'
import { LEAST_COPIED_BYTES, type S3Objects, toS3Url } from '@scaling-mlops/adapters/s3'
import { InvalidDataError, type Sink } from '@scaling-mlops/core'
import { ERRORS_HEADER, type Progress } from '@scaling-mlops/core/files'
import { type ObjectNames, workPrefix } from './object-names.ts'
import type { ObjectFile } from './object-task.ts'
import { tooMany } from './score-stretch.ts'
import { placesOf, planOf } from './split-object.ts'

export type Counts = Pick<Progress, 'rows' | 'failed' | 'outputBytes'>

/**
 * Puts the scored ranges of a file together where all of them are there, by copies within S3. Whoever is last does it; two that are last
 * at once do the same twice. Resolves to the counts of the whole file; to undefined where ranges are still missing or all is done.
 */
export async function gatherObject(
  objects: S3Objects,
  file: ObjectFile,
  names: ObjectNames,
): Promise<Counts | undefined> {
  const plan = await objects.readText(planOf(file))
  if (plan === undefined) return undefined
  const { ranges } = JSON.parse(plan) as { ranges: number }
  const keys = await objects.list(file.bucket, workPrefix(file))
  if (keys.filter(key => /\/\d+\.json$/.test(key)).length < ranges) return undefined
  try {
    return await gather(objects, file, names, ranges, keys)
  } catch (error) {
    // another has put it together and cleared away meanwhile
    if ((await objects.readText(planOf(file))) === undefined) return undefined
    throw error
  }
}

async function gather(
  objects: S3Objects,
  file: ObjectFile,
  names: ObjectNames,
  ranges: number,
  keys: readonly string[],
): Promise<Counts> {
  const places = Array.from({ length: ranges }, (_, index) => placesOf(file, index))
  const reports: Counts[] = []
  for (const { report } of places) reports.push(JSON.parse((await objects.readText(report)) ?? '') as Counts)
  const total = reports.reduce((sum, { rows, failed, outputBytes }) => ({
    rows: sum.rows + rows,
    failed: sum.failed + failed,
    outputBytes: sum.outputBytes + outputBytes,
  }))
  if (tooMany(total.failed, total.rows))
    throw new InvalidDataError(
      { source: toS3Url(file) },
      `${total.failed} of ${total.rows} rows cannot be scored, which is too many`,
    )

  const withErrors = places.filter((_, index) => (reports[index]?.failed ?? 0) > 0).map(({ errors }) => errors)
  // the first range writes the header, where it has errors itself
  const header = reports[0]?.failed === 0 ? ERRORS_HEADER : ''
  await concatenate(objects, withErrors, objects.sink(names.errors, { wanted: () => total.failed > 0 }), header)
  const scored = places.map(place => place.scored)
  const canCopy = reports.slice(0, -1).every(({ outputBytes }) => outputBytes >= LEAST_COPIED_BYTES)
  if (canCopy) await objects.join(scored, names.scored)
  else await concatenate(objects, scored, objects.sink(names.scored))
  // without its plan nobody gathers again
  await objects.remove(file.bucket, [planOf(file).key])
  await objects.remove(file.bucket, keys)
  return total
}

async function concatenate(objects: S3Objects, places: readonly ObjectPlace[], sink: Sink, header = ''): Promise<void> {
  try {
    if (places.length > 0 && header !== '') await sink.write(utf8.encode(header))
    for (const place of places) {
      const object = await objects.find(place)
      if (object === undefined) throw new Error(`${toS3Url(place)} is no longer there`)
      for await (const chunk of objects.source(object).read()) await sink.write(chunk)
    }
    await sink.commit()
  } catch (error) {
    await sink.close()
    throw error
  }
}
