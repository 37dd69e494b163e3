import { randomUUID } from 'node:crypto'
import { isRequestId, type RequestSpan, type Servable } from '@scaling-mlops/core'
import type { PlainResponse } from './respond.ts'

/** What a host tells of a request beyond the web's own Request. */
export type Caller = {
  /** Turns true when nobody waits for the answer any more. */
  readonly aborted: boolean
  /** Whether the request is here to its last byte. */
  readonly arrived: boolean
  /** A header's value; a host that has them at hand is asked in place of the Request, which copies and searches them. */
  header(name: string): string | undefined
}

/** A request's body, within the limit. Read once, when its turn comes; rejects with `unreadable_body` where it breaks off. */
export type Body = {
  text(): Promise<string>
  bytes(): Promise<Uint8Array>
}

/** Answers a request that is known by its exchange and its body alone. */
export type Answer = (body: Body, exchange: Exchange) => Promise<PlainResponse>

/** A model where rows wait. */
type Queue = Pick<Servable, 'refusal' | 'name' | 'version'>

/** What is known of the requests to one path with one type of body. */
export type Kind = {
  /** Where their rows wait: another one when the model is opened anew. */
  queue: Queue
  /** How they are answered, where no key is asked for. */
  readonly answer: Answer | undefined
  readonly route: string | undefined
}

/** What is known of one request while it is answered; handlers add what the access log should say. */
export type Exchange = {
  readonly requestId: string
  readonly caller: Caller
  /** The clock's monotonic moment of its arrival. */
  readonly started: number
  /** Its place among those inside. */
  place?: number | undefined
  /** Where its trace is kept. */
  span?: RequestSpan | undefined
  /** The path of its route, its parameters by their names; known where traces are kept. */
  route?: string
  model?: string
  version?: number
  /** Where its rows wait for their run, if they may be refused there. */
  queue?: Queue
  /** How another request of its kind can be answered. */
  again?: Answer
  /** Whether a key was asked for. */
  isKeyed?: boolean
  rows?: number
  invalid?: number
  /** What an operator's action was about and what it came to, for the log. */
  acted?: Readonly<Record<string, unknown>>
  /** Of an answer that is streamed: resolved at its end. */
  streamed?: PromiseWithResolvers<void>
}

/** The caller of a request from a host that knows no more than the request. */
export function callerOf(request: Request): Caller {
  return { aborted: false, arrived: true, header: name => request.headers.get(name) ?? undefined }
}

/** The caller's own request id where it is fit for headers and logs, else a new one. */
export function requestIdOf(given: string | undefined): string {
  return given !== undefined && isRequestId(given) ? given : randomUUID()
}
