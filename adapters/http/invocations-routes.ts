import { type Catalogue, requireRows, type TextCodec } from '@scaling-mlops/core'
import about from '../package.json' with { type: 'json' }
import { answerAsKind } from './answer-as-kind.ts'
import type { Answer, Exchange } from './exchange.ts'
import { predictionsOf } from './invocation-body.ts'
import { type PlainResponse, respondJson, respondText, toPlainText } from './respond.ts'
import type { PathRoute } from './route.ts'

type Dependencies = {
  readonly catalogue: Catalogue
  readonly isReady: () => boolean
  readonly maxBodyBytes: number
  readonly text: TextCodec
}

/** Calls that a batch transform may have in flight: what keeps all slots of a process busy, and no more waits. */
const TRANSFORMS = 8
/** SageMaker allows this many megabytes for all calls in flight together. */
const MOST_TRANSFORM_MB = 100

/** The doors of MLflow's scoring server and of SageMaker's containers: the rows of one call succeed or fail together. */
export function createInvocationsRoutes({
  catalogue,
  isReady,
  maxBodyBytes,
  text,
}: Dependencies): readonly PathRoute[] {
  const answer: Answer = async (body, exchange) => {
    const servable = await catalogue.findDefault()
    exchange.model = servable.name
    exchange.version = servable.version
    exchange.queue = servable
    const predictions = await predictionsOf(body, exchange, requireRows(servable), text)
    return toPlainPredictions(predictions, exchange)
  }
  const megabytes = Math.max(
    1,
    Math.min(Math.floor(maxBodyBytes / 2 ** 20), Math.floor(MOST_TRANSFORM_MB / TRANSFORMS)),
  )
  const transform = { MaxConcurrentTransforms: TRANSFORMS, BatchStrategy: 'MULTI_RECORD', MaxPayloadInMB: megabytes }

  return [
    ['POST', '/invocations', (request, exchange) => answerAsKind(request, exchange, maxBodyBytes, answer)],
    ['GET', '/execution-parameters', async (_, { requestId }) => respondJson(JSON.stringify(transform), requestId)],
    ['GET', '/version', async (_, { requestId }) => respondText(about.version, requestId)],
    ['GET', '/health', async (_, { requestId }) => respondWhenReady('\n', requestId, isReady())],
    ['GET', '/ping', async (_, { requestId }) => respondWhenReady('PONG', requestId, isReady())],
  ]
}

function respondWhenReady(text: string, requestId: string, ready: boolean): Response {
  return ready ? respondText(text, requestId) : respondJson('{"status":"not ready"}', requestId, 503)
}

/** MLflow's document, or a prediction a line where SageMaker's clients ask for that. */
function toPlainPredictions(predictions: readonly (number | string)[], { caller, requestId }: Exchange): PlainResponse {
  const accepted = (caller.header('accept') ?? '').toLowerCase().split(',')
  const asked = accepted
    .map(part => part.split(';')[0]?.trim())
    .find(part => part !== undefined && Object.hasOwn(WRITERS, part))
  const contentType = asked ?? 'application/json'
  const write = WRITERS[contentType] ?? toDocument
  const type = contentType === 'text/csv' ? 'text/csv; charset=utf-8' : contentType
  return toPlainText(write(predictions), requestId, type)
}

const toDocument = (predictions: readonly (number | string)[]): string => JSON.stringify({ predictions })
const toLines = (predictions: readonly (number | string)[]): string =>
  predictions.map(prediction => `${JSON.stringify({ prediction })}\n`).join('')
const toCsv = (predictions: readonly (number | string)[]): string =>
  predictions.map(prediction => `${toCell(prediction)}\n`).join('')

const WRITERS: Readonly<Record<string, (predictions: readonly (number | string)[]) => string>> = {
  'application/json': toDocument,
  'application/jsonlines': toLines,
  'application/x-jsonlines': toLines,
  'application/x-ndjson': toLines,
  'text/csv': toCsv,
}

function toCell(prediction: number | string): string {
  return typeof prediction === 'string' && /[",\r\n]/.test(prediction)
    ? `"${prediction.replaceAll('"', '""')}"`
    : String(prediction)
}
