/** Gathers bytes in one growing buffer. */
export type ByteWriter = {
  /** Copies `source` from `start` to `end`. */
  copy(source: Uint8Array, start: number, end: number): void
  bytes(bytes: Uint8Array): void
  byte(byte: number): void
  /** Text of ASCII letters alone. */
  ascii(text: string): void
  /** What was written; the writer is not used after that. */
  take(): Uint8Array
}

export function createByteWriter(capacity: number): ByteWriter {
  let buffer = new Uint8Array(Math.max(64, capacity))
  let length = 0
  const room = (bytes: number): void => {
    if (length + bytes <= buffer.length) return
    const larger = new Uint8Array(Math.max(buffer.length * 2, length + bytes))
    larger.set(buffer.subarray(0, length))
    buffer = larger
  }
  return {
    copy(source, start, end) {
      room(end - start)
      buffer.set(source.subarray(start, end), length)
      length += end - start
    },
    bytes(bytes) {
      const { length: count } = bytes
      room(count)
      // in variables of its own, which stay in registers
      const target = buffer
      let to = length
      for (let at = 0; at < count; at++) target[to++] = bytes[at] as number
      length = to
    },
    byte(byte) {
      room(1)
      buffer[length++] = byte
    },
    ascii(text) {
      room(text.length)
      for (let at = 0; at < text.length; at++) buffer[length++] = text.charCodeAt(at)
    },
    take: () => buffer.subarray(0, length),
  }
}
