import { randomUUID } from 'node:crypto'

/** What is known of one request while it is answered; handlers add what the access log should say. */
export type Exchange = {
  readonly requestId: string
  model?: string
  version?: number
  /** Rows that came in, and how many of them were refused. */
  rows?: number
  invalid?: number
}

const ACCEPTABLE_ID = /^[\w.:/+=-]{1,128}$/

/** The caller's own request id where it is fit for headers and logs, else a new one. */
export function requestIdOf(given: string | null): string {
  return given !== null && ACCEPTABLE_ID.test(given) ? given : randomUUID()
}
