type Entry = {
  readonly hash: number
  readonly bytes: Uint8Array
  readonly slot: number
  readonly next: Entry | undefined
}

const BUCKETS = 1024
/** A column of a million spellings must not fill the memory: what comes later is read the slow way. */
const MOST_ENTRIES = 4096

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
      const hash = hashOf(bytes, start, end)
      const length = end - start
      let entry = buckets[hash & (BUCKETS - 1)]
      search: while (entry !== undefined) {
        if (entry.hash === hash && entry.bytes.length === length) {
          const known = entry.bytes
          for (let index = 0; index < length; index++)
            if (known[index] !== bytes[start + index]) {
              entry = entry.next
              continue search
            }
          return entry.slot
        }
        entry = entry.next
      }
      return Number.NaN
    },
    add(bytes, start, end, slot) {
      if (entries++ >= MOST_ENTRIES) return
      const hash = hashOf(bytes, start, end)
      const bucket = hash & (BUCKETS - 1)
      buckets[bucket] = { hash, bytes: bytes.slice(start, end), slot, next: buckets[bucket] }
    },
  }
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193)
  return hash ^ (hash >>> 15)
}
