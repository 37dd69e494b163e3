import { isUtf8 } from 'node:buffer'
import type { TextCodec } from '@scaling-mlops/core'

/** UTF-8 as Node reads and writes it. */
export const utf8: TextCodec = {
  decode: bytes => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'),
  encode: text => Buffer.from(text, 'utf8'),
  isValid: isUtf8,
}
