import type { SQSClient } from '@aws-sdk/client-sqs'

/** The AWS SDK's module for SQS and a client made of it. */
export type SqsApi = { readonly sdk: typeof import('@aws-sdk/client-sqs'); readonly client: SQSClient }

/** Loads the SDK only when a queue is really used: it costs 80 ms of a start. Region, credentials and endpoint come from AWS's own variables; a queue's URL may name the region. */
export async function openSqsApi(queueUrl: string): Promise<SqsApi> {
  const sdk = await import('@aws-sdk/client-sqs')
  const region = /^https:\/\/sqs\.([a-z0-9-]+)\./.exec(queueUrl)?.[1]
  // where an endpoint is set it holds for every queue; else a queue's own URL says where it is
  const isRedirected = (process.env.AWS_ENDPOINT_URL_SQS ?? process.env.AWS_ENDPOINT_URL) !== undefined
  const client = new sdk.SQSClient({
    ...(region === undefined ? {} : { region }),
    ...(isRedirected ? { useQueueUrlAsEndpoint: false } : {}),
  })
  return { sdk, client }
}

export function isFifo(queueUrl: string): boolean {
  return queueUrl.endsWith('.fifo')
}
