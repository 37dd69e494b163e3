/** One line without its end, or the number of bytes of a line that was longer than allowed and was passed over. */
export type Line = string | { readonly tooLong: number }

const NEWLINE = 0x0a

/**
 * Cuts a stream of bytes into lines of at most `limit` bytes and hands them on as they arrive, a chunk's at a time. Holds no more than a chunk and the
 * beginning of one line. Lines end with LF or CRLF; the last one needs no end, and blank lines are left out.
 */
export async function* readLines(stream: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<readonly Line[]> {
  const decoder = new TextDecoder()
  let begun: Uint8Array[] = []
  let begunBytes = 0

  const finish = (end: Uint8Array): Line | undefined => {
    const bytes = begunBytes + end.byteLength
    const line =
      bytes > limit
        ? { tooLong: bytes }
        : decoder.decode(begun.length === 0 ? end : join([...begun, end], bytes)).trim()
    begun = []
    begunBytes = 0
    return line === '' ? undefined : line
  }

  for await (const chunk of stream) {
    const lines: Line[] = []
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const line = end === start && begunBytes === 0 ? undefined : finish(chunk.subarray(start, end))
      if (line !== undefined) lines.push(line)
      start = end + 1
    }
    const rest = chunk.subarray(start)
    begunBytes += rest.byteLength
    // of a line that is too long already only the length matters
    if (begunBytes <= limit) begun.push(rest.slice())
    else begun = []
    if (lines.length > 0) yield lines
  }
  const last = finish(new Uint8Array())
  if (last !== undefined) yield [last]
}

function join(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}
