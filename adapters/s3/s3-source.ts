import { InvalidDataError, type Source } from '@scaling-mlops/core'
import { isMissing, type S3Api, type S3Place, toS3Url } from './s3-api.ts'

/** An object as it is at one moment. */
export type S3Object = S3Place & {
  readonly size: number
  /** Changes with every new version of the object; with its quotes. */
  readonly etag: string
  /** What its writer said of it: `x-amz-meta-…`. */
  readonly metadata: Readonly<Record<string, string>>
}

/** Bytes from `start` to before `end`. */
export type Stretch = { readonly start: number; readonly end: number }

export type S3SourceOptions = {
  /** What is read of the object, one after another; all of it by default. */
  readonly stretches?: readonly Stretch[]
  readonly signal?: AbortSignal | undefined
}

const PIECE_BYTES = 8 * 1024 * 1024
const ATTEMPTS = 3

/** Reads an object piece by piece, the next one fetched while one is worked on. Rejects with `invalid_data` where another version has taken its place. */
export function openS3Source(
  { sdk, client }: S3Api,
  object: Pick<S3Object, keyof S3Place | 'size' | 'etag'>,
  options: S3SourceOptions = {},
): Source {
  const { bucket, key, size, etag } = object
  const { stretches = [{ start: 0, end: size }], signal } = options
  const name = toS3Url(object)

  return {
    name,
    size,
    async *read() {
      const pieces = stretches.flatMap(cut)
      let next = fetchFirst(pieces)
      while (next !== undefined) {
        const piece = await next
        next = fetchFirst(pieces)
        yield piece
      }
    },
    // every piece was asked for by the etag
    async assertUnchanged() {},
  }

  function fetchFirst(pieces: Stretch[]): Promise<Uint8Array> | undefined {
    const first = pieces.shift()
    if (first === undefined) return undefined
    const piece = fetchPiece(first, 1)
    // may fail while the piece before it is still worked on
    piece.catch(() => {})
    return piece
  }

  async function fetchPiece(piece: Stretch, attempt: number): Promise<Uint8Array> {
    try {
      const command = new sdk.GetObjectCommand({
        Bucket: bucket,
        Key: key,
        Range: `bytes=${piece.start}-${piece.end - 1}`,
        IfMatch: etag,
      })
      const { Body } = await client.send(command, signal === undefined ? {} : { abortSignal: signal })
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array()
      if (bytes.length === piece.end - piece.start) return bytes
      throw new Error(`${name}: ${bytes.length} bytes came of ${piece.end - piece.start}`)
    } catch (cause) {
      if (isMissing(cause)) throw new InvalidDataError({ source: name }, 'the object is no longer there')
      if ((cause as Error).name === 'PreconditionFailed')
        throw new InvalidDataError({ source: name }, 'the object was replaced while it was read')
      // the SDK tries again until an answer begins; one that breaks off is for us
      if (attempt === ATTEMPTS || signal?.aborted) throw cause
      return fetchPiece(piece, attempt + 1)
    }
  }
}

function cut({ start, end }: Stretch): Stretch[] {
  const pieces: Stretch[] = []
  for (let at = start; at < end; at += PIECE_BYTES) pieces.push({ start: at, end: Math.min(end, at + PIECE_BYTES) })
  return pieces
}
