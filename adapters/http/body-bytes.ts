import { openBody, tooLarge, unreadable } from './body.ts'
import type { Caller } from './exchange.ts'

/** Reads a body of at most `limit` bytes, counted after decompression, as it came. A larger one is refused without reading its rest. */
export async function readBytes(request: Request, caller: Caller, limit: number): Promise<Uint8Array> {
  const declared = Number(caller.header('content-length') ?? Number.NaN)
  if (declared > limit) throw tooLarge(limit, `${declared}`)
  const reader = openBody(request, caller).getReader()
  const chunks: Uint8Array[] = []
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read().catch(unreadable)
    if (done) return Buffer.concat(chunks)
    bytes += value.byteLength
    if (bytes > limit) {
      reader.cancel().catch(() => {})
      throw tooLarge(limit, 'more')
    }
    chunks.push(value)
  }
}
