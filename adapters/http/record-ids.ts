import { randomFillSync } from 'node:crypto'

/** Makes ids that sort by the time of their making (UUID version 7): in one process strictly, the counter in the place of the time's fraction. */
export function createRecordIds(now: () => number): () => string {
  const bytes = Buffer.alloc(16)
  let last = 0
  let count = 0
  return () => {
    const time = now()
    if (time > last) {
      last = time
      count = 0
    } else if (++count === 0x1000) {
      last++
      count = 0
    }
    randomFillSync(bytes, 8)
    bytes.writeUIntBE(last, 0, 6)
    bytes.writeUInt16BE(0x7000 | count, 6)
    bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8)
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  }
}
