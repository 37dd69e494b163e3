/** What HTTP itself finds wrong with a request, before the core sees it. */
export class HttpError extends Error {
  readonly code: HttpErrorCode
  /** Headers that the answer must carry. */
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: HttpErrorCode,
    message: string,
    { headers = {}, cause }: { headers?: Readonly<Record<string, string>>; cause?: unknown } = {},
  ) {
    super(message, { cause })
    this.name = 'HttpError'
    this.code = code
    this.headers = headers
  }
}

export type HttpErrorCode =
  | 'bad_request'
  | 'malformed_json'
  | 'duplicate_key'
  | 'unreadable_body'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'unsupported_encoding'
  | 'not_found'
  | 'no_document'
  | 'method_not_allowed'
  | 'unknown_record'
  | 'unknown_job'
  | 'not_finished'
  | 'range_not_satisfiable'
  | 'unauthorized'
  | 'forbidden'
  | 'not_configured'
  | 'try_again'
  | 'answer_too_large'
  | 'not_supported'
