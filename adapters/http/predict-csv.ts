import { setImmediate as turn } from 'node:timers/promises'
import type { Rows, TextCodec } from '@scaling-mlops/core'
import { type ScoredPiece, scoreCsvStream } from '@scaling-mlops/core/files'
import { openBody, unreadable } from './body.ts'
import type { Exchange } from './exchange.ts'
import { respondStream } from './respond-stream.ts'
import { whenThereIsRoom } from './when-there-is-room.ts'

/**
 * Answers a CSV with the same rows, in order, and their scores, while it still arrives. The header is mapped by name; a row that cannot be
 * scored says why in its `error`. Memory holds a block, however long the body.
 */
export async function answerCsv(
  request: Request,
  exchange: Exchange,
  { manifest, scoreRows, countInvalid, record }: Rows,
  text: TextCodec,
): Promise<Response> {
  const { caller, requestId } = exchange
  const pieces = await scoreCsvStream('the body', chunksOf(request, exchange), {
    manifest,
    text,
    turn,
    // rows of earlier blocks are counted by now
    record:
      record &&
      ((place, read) => record(() => ({ id: `${requestId}/${(exchange.rows ?? 0) + place + 1}`, ...read() }))),
    runBatch: async rows => ({
      scores: await whenThereIsRoom(caller, () =>
        scoreRows(rows, { lane: 'bulk', signal: caller, onRun: exchange.span?.onRun }),
      ),
    }),
  })
  return respondStream(counted(pieces, exchange, countInvalid), exchange, 'text/csv; charset=utf-8')
}

async function* chunksOf(request: Request, { caller }: Exchange): AsyncGenerator<Uint8Array> {
  try {
    yield* openBody(request, caller)
  } catch (error) {
    unreadable(error)
  }
}

async function* counted(
  pieces: AsyncGenerator<ScoredPiece>,
  exchange: Exchange,
  countInvalid: Rows['countInvalid'],
): AsyncGenerator<Uint8Array> {
  exchange.rows = 0
  exchange.invalid = 0
  for await (const { output, rows, failed } of pieces) {
    exchange.rows += rows
    exchange.invalid += failed
    if (failed > 0) countInvalid(failed)
    yield output
  }
}
