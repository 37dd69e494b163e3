import type { AddressInfo } from 'node:net'
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { createSqsServer } from 'local-aws-sqs'

export type SqsEmulator = {
  readonly endpoint: string
  /** Makes a queue of its own and answers its URL. */
  createQueue(name: string, attributes?: Record<string, string>): Promise<string>
  close(): Promise<void>
}

/** SQS in this process, and AWS's own variables pointed at it. */
export async function startSqsEmulator(): Promise<SqsEmulator> {
  const server = await createSqsServer({ port: 0, hostname: '127.0.0.1' })
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return connectSqs(endpoint, async () => {
    server.closeAllConnections()
    await new Promise<void>(resolve => server.close(() => resolve()))
  })
}

/** Points AWS's variables at an emulator. */
export function connectSqs(endpoint: string, close: () => Promise<void>): SqsEmulator {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })
  const client = new SQSClient({})
  let made = 0
  return {
    endpoint,
    async createQueue(name, attributes = {}) {
      const [stem, suffix = ''] = name.split('.')
      const QueueName = `${stem}-${process.pid}-${made++}${suffix && `.${suffix}`}`
      const { QueueUrl } = await client.send(
        new CreateQueueCommand({
          QueueName,
          Attributes: { ...(suffix === 'fifo' ? { FifoQueue: 'true' } : {}), ...attributes },
        }),
      )
      return String(QueueUrl)
    },
    async close() {
      client.destroy()
      await close()
    },
  }
}
