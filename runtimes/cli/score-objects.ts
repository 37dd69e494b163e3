import { openS3Objects, type S3Objects, type S3Place } from '@scaling-mlops/adapters/s3'
import { InvalidDataError, type Sink, type Source } from '@scaling-mlops/core'
import { UsageError } from '../exit.ts'

/** Keys of S3 under an address that ends with /, as addresses. */
export async function listObjects(folder: string): Promise<string[]> {
  const { bucket, key } = toPlace(folder)
  return using(async objects => (await objects.list(bucket, key)).map(found => `s3://${bucket}/${found}`))
}

/** An object, read in pieces by ranges, still packed as it lies there. */
export async function openObjectSource(url: string): Promise<Source> {
  const objects = await openS3Objects()
  const object = await objects.find(toPlace(url))
  if (object === undefined) throw new InvalidDataError({ source: url }, 'there is no such object')
  return objects.source(object)
}

/** An object that is there when it is whole; `wanted` says in the end whether it is wanted at all. */
export async function openObjectSink(url: string, wanted: () => boolean = () => true): Promise<Sink> {
  return (await openS3Objects()).sink(toPlace(url), { wanted })
}

function toPlace(url: string): S3Place {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(url) ?? []
  if (bucket === undefined || key === undefined) throw new UsageError(`${url} is no place in S3; write s3://bucket/key`)
  return { bucket, key }
}

async function using<T>(work: (objects: S3Objects) => Promise<T>): Promise<T> {
  const objects = await openS3Objects()
  try {
    return await work(objects)
  } finally {
    objects.close()
  }
}
