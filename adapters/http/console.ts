import type { Exchange } from './exchange.ts'
import { HttpError } from './http-error.ts'

/** The built console: its files by path (`/assets/index-1a2b.js`), `/index.html` among them. */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>

export type ConsoleFile = {
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly gzip: Uint8Array<ArrayBuffer> | undefined
}

/** Paths that are pages of the console: the script reads the rest of the address. */
export const CONSOLE_PAGES = ['/m', '/m/*', '/ops', '/ops/*', '/calls'] as const

/** The console loads from its own origin alone, and nobody frames it. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

/** Answers a page of the console: a document, asked for anew each time, that names the assets of this build. */
export function answerPage(
  files: ConsoleFiles,
  { caller, requestId }: Exchange,
  document: '/index.html' | '/docs.html' = '/index.html',
): Response {
  return answerFile(files.get(document), requestId, caller.header('accept-encoding'), {
    'cache-control': 'no-cache',
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'referrer-policy': 'no-referrer',
    vary: 'accept, accept-encoding',
  })
}

/** Answers an asset, whose name changes with its content: it may be kept for ever. */
export function answerAsset(files: ConsoleFiles, path: string, { caller, requestId }: Exchange): Response {
  return answerFile(files.get(path), requestId, caller.header('accept-encoding'), {
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
  })
}

function answerFile(
  file: ConsoleFile | undefined,
  requestId: string,
  accepted: string | undefined,
  headers: Readonly<Record<string, string>>,
): Response {
  if (file === undefined) throw new HttpError('not_found', 'the console has no such file')
  const compressed = file.gzip !== undefined && /\bgzip\b/.test(accepted ?? '') ? file.gzip : undefined
  return new Response(compressed ?? file.bytes, {
    headers: {
      'content-type': file.type,
      'x-content-type-options': 'nosniff',
      'x-request-id': requestId,
      ...(compressed === undefined ? {} : { 'content-encoding': 'gzip' }),
      ...headers,
    },
  })
}
