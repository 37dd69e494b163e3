import type { Exchange } from './exchange.ts'

/** Answers with pieces as they are made: the next one is asked for when the last was taken, so who reads slowly is read slowly. */
export function respondStream(answers: AsyncGenerator<Uint8Array>, exchange: Exchange, contentType: string): Response {
  exchange.streamed = Promise.withResolvers()
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await answers.next()
          if (!done) return controller.enqueue(value)
          controller.close()
        } catch (error) {
          // half of the answers are out: only breaking off tells the client that this is not all
          controller.error(error)
        }
        exchange.streamed?.resolve()
      },
      async cancel() {
        exchange.streamed?.resolve()
        await answers.return(undefined)
      },
    },
    { highWaterMark: 1 },
  )
  return new Response(body, {
    headers: {
      'content-type': contentType,
      'x-content-type-options': 'nosniff',
      'x-request-id': exchange.requestId,
    },
  })
}
