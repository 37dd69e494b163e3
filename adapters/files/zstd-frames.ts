/** Thrown where bytes are not zstd's, or end within a frame. */
export class ZstdFormatError extends Error {}

const MAGIC = 0xfd2fb528
/** Frames of these sixteen numbers hold no data of the file. */
const SKIPPABLE = 0x184d2a50
const DICTIONARY_BYTES = [0, 1, 2, 4]
const RLE_BLOCK = 1
const RESERVED_BLOCK = 3

/**
 * The frames of a zstd stream (RFC 8878), one after another, each as its own bytes and read to its end before the next is asked for.
 * Node's decoder ends in silence after the first frame of a chunk, so that it must be given each alone.
 */
export async function* zstdFrames(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<AsyncGenerator<Uint8Array>, void, undefined> {
  const reader = createReader(chunks)
  try {
    while (!(await reader.isAtEnd())) {
      const magic = await reader.take(4)
      const number = Buffer.from(magic).readUInt32LE()
      if (number >>> 4 === SKIPPABLE >>> 4) {
        const length = Buffer.from(await reader.take(4)).readUInt32LE()
        for await (const _piece of reader.pass(length));
      } else if (number === MAGIC) yield frame(magic, reader)
      else throw new ZstdFormatError('there are bytes that are no zstd frame')
    }
  } finally {
    await reader.close()
  }
}

/** Passes one frame on by walking over its blocks' headers. */
async function* frame(magic: Uint8Array, reader: Reader): AsyncGenerator<Uint8Array, void, undefined> {
  const descriptor = await reader.take(1)
  const flags = descriptor[0] as number
  const single = (flags >> 5) & 1
  const contentSizeBytes = [single, 2, 4, 8][flags >> 6] as number
  yield Buffer.concat([magic, descriptor])
  yield* reader.pass(1 - single + (DICTIONARY_BYTES[flags & 3] as number) + contentSizeBytes)
  for (;;) {
    const header = await reader.take(3)
    yield header
    const word = Buffer.from(header).readUIntLE(0, 3)
    const kind = (word >> 1) & 3
    if (kind === RESERVED_BLOCK) throw new ZstdFormatError('a block is of no known kind')
    yield* reader.pass(kind === RLE_BLOCK ? 1 : word >> 3)
    if (word & 1) break
  }
  if ((flags >> 2) & 1) yield* reader.pass(4)
}

type Reader = ReturnType<typeof createReader>

function createReader(chunks: AsyncIterable<Uint8Array>) {
  const iterator = chunks[Symbol.asyncIterator]()
  let chunk: Uint8Array = new Uint8Array()
  const isAtEnd = async (): Promise<boolean> => {
    while (chunk.length === 0) {
      const { done, value } = await iterator.next()
      if (done === true) return true
      chunk = value
    }
    return false
  }
  /** As many bytes, as they come. */
  async function* pass(length: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let left = length; left > 0; ) {
      if (await isAtEnd()) throw new ZstdFormatError('it ends within a frame')
      const piece = chunk.subarray(0, left)
      chunk = chunk.subarray(piece.length)
      left -= piece.length
      yield piece
    }
  }
  return {
    isAtEnd,
    pass,
    close: async () => {
      await iterator.return?.()
    },
    /** As many bytes, together and kept. */
    async take(length: number): Promise<Uint8Array> {
      const pieces: Uint8Array[] = []
      for await (const piece of pass(length)) pieces.push(piece.slice())
      return Buffer.concat(pieces)
    },
  }
}
