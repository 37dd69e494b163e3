import { deflateSync, gzipSync } from 'node:zlib'
import type { Servable } from '@scaling-mlops/core'
import { type InferenceTensor, writeBinary } from '@scaling-mlops/core/inference'
import type { PlainResponse } from '../respond.ts'
import type { InferRequest } from './infer-request.ts'

type Answered = Pick<Servable, 'name' | 'version'> & { readonly id: string; readonly requestId: string }

const encoder = new TextEncoder()
/** Smaller answers gain nothing from compression. */
const COMPRESS_FROM = 1024

/** Writes outputs as the request wants each of them: as values in the JSON, or in binary behind it. */
export function writeInferResponse(
  outputs: readonly InferenceTensor[],
  request: InferRequest,
  { name, version, id, requestId }: Answered,
  accepted: string | undefined,
): PlainResponse {
  const tails: Uint8Array[] = []
  const documents = outputs.map((output, index) => {
    const head = `"name":${JSON.stringify(output.name)},"datatype":"${output.datatype}","shape":[${output.shape.join(',')}]`
    const isBinary = request.outputs?.[index]?.isBinary ?? request.isBinary
    // half floats have no form in JSON
    if (!isBinary && output.datatype !== 'FP16') return `{${head},"data":[${writeValues(output)}]}`
    const bytes = writeBinary(output.data, text => encoder.encode(text))
    tails.push(bytes)
    return `{${head},"parameters":{"binary_data_size":${bytes.byteLength}}}`
  })
  const text = `{"model_name":${JSON.stringify(name)},"model_version":"${version}","id":${JSON.stringify(id)},"outputs":[${documents.join(',')}]}`
  const headers: Record<string, string> = {
    'content-type': tails.length === 0 ? 'application/json' : 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
  }
  const encoding = encodingOf(accepted)
  if (tails.length === 0 && (encoding === undefined || text.length < COMPRESS_FROM))
    return { status: 200, headers, body: text }
  const json = encoder.encode(text)
  if (tails.length > 0) headers['inference-header-content-length'] = String(json.byteLength)
  const body = tails.length > 0 ? Buffer.concat([json, ...tails]) : json
  if (encoding === undefined || body.byteLength < COMPRESS_FROM) return { status: 200, headers, body }
  headers['content-encoding'] = encoding
  headers.vary = 'Accept-Encoding'
  const compress = encoding === 'gzip' ? gzipSync : deflateSync
  return { status: 200, headers, body: compress(body, { level: 1 }) }
}

function writeValues({ datatype, data }: InferenceTensor): string {
  switch (datatype) {
    case 'BYTES':
      return (data as readonly string[]).map(text => JSON.stringify(text)).join(',')
    case 'BOOL':
      return Array.from(data as Uint8Array, value => (value === 0 ? 'false' : 'true')).join(',')
    case 'FP32':
    case 'FP64':
      // JSON has no word for what is no number
      return Array.from(data as Float32Array, value => (Number.isFinite(value) ? value : 'null')).join(',')
    default:
      // bigints too are written digit by digit
      return data.join(',')
  }
}

/** Only where it is asked for by name: compression costs more than a small model. */
function encodingOf(accepted: string | undefined): 'gzip' | 'deflate' | undefined {
  const names =
    accepted
      ?.toLowerCase()
      .split(',')
      .map(part => part.trim()) ?? []
  return names.includes('gzip') ? 'gzip' : names.includes('deflate') ? 'deflate' : undefined
}
