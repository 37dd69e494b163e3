import { crc32, deflateRawSync } from 'node:zlib'

export type ZipEntry = { readonly path: string; readonly bytes: Uint8Array; readonly executable?: boolean }

/** 1 January 1980, the first day that the format knows. */
const DATE = 0x21
const FILE = 0o100644
const PROGRAM = 0o100755
const UTF8_NAMES = 0x0800
const DEFLATED = 8
const STORED = 0
const VERSION = 20
const MADE_ON_UNIX = (3 << 8) | VERSION

/** Writes files as a zip archive. The same files give the same bytes: in the order of their paths, without times and owners. */
export function toZip(entries: readonly ZipEntry[]): Buffer {
  const sorted = [...entries].sort(({ path: a }, { path: b }) => (a < b ? -1 : 1))
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { path, bytes, executable = false } of sorted) {
    const name = Buffer.from(path)
    const deflated = deflateRawSync(bytes, { level: 9 })
    const isSmaller = deflated.length < bytes.length
    const content = isSmaller ? deflated : Buffer.from(bytes)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(VERSION, 0)
    common.writeUInt16LE(UTF8_NAMES, 2)
    common.writeUInt16LE(isSmaller ? DEFLATED : STORED, 4)
    common.writeUInt16LE(0, 6)
    common.writeUInt16LE(DATE, 8)
    common.writeUInt32LE(crc32(bytes), 10)
    common.writeUInt32LE(content.length, 14)
    common.writeUInt32LE(bytes.length, 18)
    common.writeUInt16LE(name.length, 22)
    common.writeUInt16LE(0, 24)

    const madeBy = Buffer.alloc(2)
    madeBy.writeUInt16LE(MADE_ON_UNIX)
    const place = Buffer.alloc(14)
    place.writeUInt32LE(((executable ? PROGRAM : FILE) << 16) >>> 0, 6)
    place.writeUInt32LE(offset, 10)
    directory.push(Buffer.from('PK\x01\x02', 'latin1'), madeBy, common, place, name)

    const header = [Buffer.from('PK\x03\x04', 'latin1'), common, name, content]
    parts.push(...header)
    offset += header.reduce((total, { length }) => total + length, 0)
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(sorted.length, 8)
  end.writeUInt16LE(sorted.length, 10)
  end.writeUInt32LE(listed.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, listed, end])
}
