import { setTimeout } from 'node:timers/promises'
import type { Exchange } from './exchange.ts'
import { HttpError } from './http-error.ts'

export type ServerSentEvent = { readonly event: string; readonly id?: number; readonly data: string }

export type EventsOptions = {
  /** Gives the next event, `wait` while there is none, or `end` after the last. */
  readonly next: () => Promise<ServerSentEvent | 'wait' | 'end'>
  readonly waitMs: number
  /** False ends the stream: the server stops. */
  readonly isReady: () => boolean
}

/** A comment this often keeps proxies, which give up on silence after a minute, from closing the connection. */
const SIGN_OF_LIFE_MS = 15_000
const STEP_MS = 250

/** Throws `not_supported` where an answer cannot go on for as long as the caller stays. */
export function requireFollowing(canFollow: boolean, instead: string): void {
  if (!canFollow)
    throw new HttpError(
      'not_supported',
      `events cannot be followed here, since an answer is given as a whole; ask ${instead} again and again`,
    )
}

/** Answers events as they come (text/event-stream). The caller's going ends it, and so does the server's. */
export function respondEvents(options: EventsOptions, { requestId }: Exchange): Response {
  const texts = toTexts(options)
  const encoder = new TextEncoder()
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await texts.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await texts.return(undefined)
    },
  })
  return new Response(stream, {
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      // nginx, as it stands before the server on Elastic Beanstalk, would hold events back
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      'x-request-id': requestId,
    },
  })
}

async function* toTexts({ next, waitMs, isReady }: EventsOptions): AsyncGenerator<string> {
  let silentSince = Date.now()
  // the head of an answer is sent with its first bytes
  yield ': \n\n'
  while (isReady()) {
    const event = await next()
    if (event === 'end') return
    if (event !== 'wait') {
      silentSince = Date.now()
      yield toText(event)
    } else if (Date.now() - silentSince >= SIGN_OF_LIFE_MS) {
      silentSince = Date.now()
      yield ': \n\n'
    }
    for (let left = waitMs; left > 0 && isReady(); left -= STEP_MS) await setTimeout(Math.min(left, STEP_MS))
  }
}

function toText({ event, id, data }: ServerSentEvent): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`
}
