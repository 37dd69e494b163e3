type Entry = { readonly bytes: Uint8Array; readonly slot: number; readonly next: Entry | undefined }

const BUCKETS = 1024
/** A column of a million spellings must not fill the memory, nor one bucket take long to search: what comes later is read the slow way. */
const MOST_ENTRIES = 4096
const MOST_IN_BUCKET = 16

/** Slots of a category's cells by their bytes, so that a spelling is decoded and normalised once. */
export type CellCache = {
  /** The slot of the cell, NaN where it was not added. */
  find(bytes: Uint8Array, start: number, end: number): number
  add(bytes: Uint8Array, start: number, end: number, slot: number): void
}

export function createCellCache(): CellCache {
  const buckets: (Entry | undefined)[] = new Array(BUCKETS).fill(undefined)
  let entries = 0
  return {
    find(bytes, start, end) {
      const length = end - start
      let entry = buckets[bucketOf(bytes, start, length)]
      for (; entry !== undefined; entry = entry.next) {
        const known = entry.bytes
        if (known.length !== length) continue
        let same = 0
        while (same < length && known[same] === bytes[start + same]) same++
        if (same === length) return entry.slot
      }
      return Number.NaN
    },
    add(bytes, start, end, slot) {
      const bucket = bucketOf(bytes, start, end - start)
      let depth = 0
      for (let entry = buckets[bucket]; entry !== undefined; entry = entry.next) depth++
      if (depth === MOST_IN_BUCKET || entries === MOST_ENTRIES) return
      entries++
      buckets[bucket] = { bytes: bytes.slice(start, end), slot, next: buckets[bucket] }
    },
  }
}

/** Of the length and four bytes: a hash of all would read the cell once more, and values of one category differ soon. */
function bucketOf(bytes: Uint8Array, start: number, length: number): number {
  if (length === 0) return 0
  const half = length >> 1
  const first = bytes[start] as number
  const middle = bytes[start + half] as number
  const late = bytes[start + half + (half >> 1)] as number
  const last = bytes[start + length - 1] as number
  return (length + 31 * (first + 31 * (middle + 31 * (late + 31 * last)))) & (BUCKETS - 1)
}
