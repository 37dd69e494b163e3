import { readText } from './body.ts'
import { readBytes } from './body-bytes.ts'
import type { Answer, Exchange } from './exchange.ts'
import { toResponse } from './respond.ts'

/** Answers a request that came by way of the router, and leaves word of how for the next of its kind. */
export async function answerAsKind(
  request: Request,
  exchange: Exchange,
  maxBodyBytes: number,
  answer: Answer,
): Promise<Response> {
  exchange.again = answer
  const body = {
    text: () => readText(request, exchange.caller, maxBodyBytes),
    bytes: () => readBytes(request, exchange.caller, maxBodyBytes),
  }
  return toResponse(await answer(body, exchange))
}
