import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'

export type WorkerDaemon = {
  /** Of every post so far: which message, at which of its deliveries, and what was answered. */
  readonly posts: readonly { readonly message: string; readonly delivery: number; readonly status: number }[]
  stop(): Promise<void>
}

type Options = {
  readonly queueUrl: string
  /** The instance's port 80. */
  readonly url: string
  /** Options of `aws:elasticbeanstalk:sqsd`, as they stand in `.ebextensions`. */
  readonly options: Readonly<Record<string, string>>
}

/**
 * Stands in for Elastic Beanstalk's worker daemon: posts the messages of a queue one by one, deletes what is answered with exactly 200,
 * and brings anything else again after the error visibility timeout.
 */
export function startWorkerDaemon({ queueUrl, url, options }: Options): WorkerDaemon {
  const client = new SQSClient({})
  const posts: WorkerDaemon['posts'][number][] = []
  const stopping = new AbortController()
  const QueueUrl = queueUrl

  const handle = async (message: Message): Promise<void> => {
    const response = await fetch(url + options.HttpPath, {
      method: 'POST',
      headers: headersOf(message, queueUrl, options.MimeType ?? 'application/json'),
      body: message.Body ?? '',
      signal: AbortSignal.timeout(Number(options.InactivityTimeout) * 1000),
    })
    await response.arrayBuffer()
    posts.push({ message: message.MessageId ?? '', delivery: deliveryOf(message), status: response.status })
    const ReceiptHandle = message.ReceiptHandle
    await (response.status === 200
      ? client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
      : client.send(
          new ChangeMessageVisibilityCommand({
            QueueUrl,
            ReceiptHandle,
            VisibilityTimeout: Number(options.ErrorVisibilityTimeout),
          }),
        ))
  }

  const work = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: Math.min(10, Number(options.HttpConnections)),
          WaitTimeSeconds: 1,
          VisibilityTimeout: Number(options.VisibilityTimeout),
          AttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      )
      await Promise.all(Messages.map(handle))
    }
  }

  const working = work()
  return {
    posts,
    async stop() {
      stopping.abort()
      await working
      client.destroy()
    },
  }
}

function deliveryOf({ Attributes }: Message): number {
  return Number(Attributes?.ApproximateReceiveCount)
}

function headersOf(message: Message, queueUrl: string, mimeType: string): Record<string, string> {
  const { MessageId = '', Attributes = {}, MessageAttributes = {} } = message
  const attributes = Object.entries(MessageAttributes).flatMap(([name, { DataType, StringValue }]) =>
    DataType === 'Binary' || StringValue === undefined ? [] : [[`X-Aws-Sqsd-Attr-${name}`, StringValue] as const],
  )
  return {
    'Content-Type': mimeType,
    'User-Agent': 'aws-sqsd/1.1',
    'X-Aws-Sqsd-Msgid': MessageId,
    'X-Aws-Sqsd-Queue': queueUrl.slice(queueUrl.lastIndexOf('/') + 1),
    'X-Aws-Sqsd-First-Received-At': new Date(Number(Attributes.ApproximateFirstReceiveTimestamp)).toISOString(),
    'X-Aws-Sqsd-Receive-Count': String(deliveryOf(message)),
    ...Object.fromEntries(attributes),
  }
}
