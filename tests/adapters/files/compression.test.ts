import { zstdCompressSync } from 'node:zlib'
import { compress, compressionOf, decompress } from '@scaling-mlops/adapters/files'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

async function* inChunks(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

async function unpacked(bytes: Uint8Array, compression: 'gzip' | 'zstd', chunk = 1 << 16): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of decompress(inChunks(bytes, chunk), compression, 'rows')) parts.push(part.slice())
  return Buffer.concat(parts)
}

const text = Buffer.from('gender,tenure\nFemale,1\n'.repeat(20_000))
const skippable = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])

describe.each(['gzip', 'zstd'] as const)('%s', compression => {
  it('unpacks any number of parts, wherever chunks end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 50 }), { minLength: 1, maxLength: 6 }), async parts => {
        const packed = Buffer.concat(parts.map(part => compress(part, compression)))

        for (const chunk of [1, 2, 7, 1000])
          expect((await unpacked(packed, compression, chunk)).equals(Buffer.concat(parts))).toBe(true)
      }),
      { numRuns: 15 },
    )
  })

  it('names data that is damaged, cut short or followed by something else', async () => {
    const packed = compress(text, compression)
    const damaged = Buffer.from(packed)
    damaged.set([1, 2, 3], packed.length - 5)

    for (const wrong of [damaged, packed.subarray(0, packed.length - 5), packed.subarray(0, 3), Buffer.from('gender')])
      await expect(unpacked(wrong, compression)).rejects.toThrow(
        `rows: the ${compression} data is damaged or ends too early`,
      )
  })
})

describe('zstd', () => {
  it('passes over skippable frames, and reads frames with and without checksums and blocks of one letter', async () => {
    const plain = zstdCompressSync(text)
    const repeated = zstdCompressSync(Buffer.alloc(3_000_000, 'a'))
    const packed = Buffer.concat([skippable, plain, skippable, repeated, compress(text, 'zstd'), skippable])

    expect(await unpacked(packed, 'zstd')).toHaveLength(2 * text.length + 3_000_000)
  })

  it('is told by the ending of a name', () => {
    expect(['a.csv.zst', 'a.CSV.GZ', 'a.csv'].map(compressionOf)).toEqual(['zstd', 'gzip', 'none'])
  })
})
