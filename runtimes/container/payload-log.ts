import { openLineFile } from '@scaling-mlops/adapters/files'
import type { OpenLog } from '@scaling-mlops/adapters/log'
import { systemTimer } from '@scaling-mlops/adapters/memory'
import { type Clock, createPayloadLog, type LineSink, type PayloadLog } from '@scaling-mlops/core'
import type { Configuration } from '../configuration/settings.ts'

/** The payload log; none without PAYLOAD_LOG. */
export type KeptPayloads = { readonly log: PayloadLog | undefined }

/** Opens what PAYLOAD_LOG names, a file or a place in S3. */
export async function openPayloadLog(
  { payloadLog, payloadSample, payloadRedact }: Configuration,
  { log }: OpenLog,
  clock: Clock,
): Promise<KeptPayloads> {
  if (payloadLog === undefined) return { log: undefined }
  const sink = await openSink(payloadLog)
  const options = { sink, sample: payloadSample, redact: payloadRedact, clock, timer: systemTimer, log }
  return { log: createPayloadLog(options) }
}

async function openSink(place: string): Promise<LineSink> {
  if (!place.startsWith('s3://')) return openLineFile(place)
  const { openLineObjects } = await import('@scaling-mlops/adapters/s3')
  return openLineObjects(place)
}
