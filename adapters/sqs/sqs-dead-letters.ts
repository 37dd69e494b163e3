import { randomUUID } from 'node:crypto'
import type { Message } from '@aws-sdk/client-sqs'
import {
  DEAD_LETTER_CODES,
  type DeadLetter,
  type DeadLetterCode,
  type DeadLetters,
  type Issue,
  matches,
  type StoredLetter,
} from '@scaling-mlops/core'
import { assertNoneFailed, inBatches, MAX_BYTES } from './in-batches.ts'
import { everyAttribute, firstSeenOf, sizeOf, textOf, toAttributes, toMessage, toRecord } from './message.ts'
import { isFifo, openSqsApi } from './sqs-api.ts'

/** A letter that is looked at stays hidden from others this long, at most. */
const SCAN_VISIBILITY_SECONDS = 120

/** What a move of a whole dead letter queue has done so far. */
export type MoveTask = {
  readonly status: string
  readonly moved: number
  readonly total: number | undefined
  readonly failure: string | undefined
}

export type SqsDeadLetters = DeadLetters & {
  /** Starts SQS's own move of every letter to a queue, at most so many a second. */
  startMoveTask(queueUrl: string, rate: number): Promise<void>
  /** The newest move of this queue. */
  findMoveTask(): Promise<MoveTask | undefined>
  close(): void
}

export type SqsDeadLettersOptions = {
  readonly url: string
  /** How long a scan waits before it takes the queue for empty. Without a wait SQS asks only some of its servers. */
  readonly waitSeconds?: number
}

/** Letters as messages of a dead letter queue, the reason in their attributes. SQS keeps no order and no key: scans have no cursor, and a letter may be there twice. */
export async function openSqsDeadLetters({ url, waitSeconds = 1 }: SqsDeadLettersOptions): Promise<SqsDeadLetters> {
  const { sdk, client } = await openSqsApi(url)

  const receive = async (): Promise<readonly Message[]> => {
    const command = new sdk.ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: waitSeconds,
      VisibilityTimeout: SCAN_VISIBILITY_SECONDS,
      ...everyAttribute(),
    })
    return (await client.send(command)).Messages ?? []
  }
  const release = async (held: readonly string[]): Promise<void> => {
    const entries = held.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 }))
    await inBatches(entries, Entries =>
      client.send(new sdk.ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries: [...Entries] })),
    )
  }
  const removed = new Set<string>()
  const arnOf = async (queueUrl: string): Promise<string> => {
    const command = new sdk.GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] })
    return String((await client.send(command)).Attributes?.QueueArn)
  }

  return {
    keyed: false,
    async add(letters) {
      const entries = letters.map((letter, index) => ({ Id: String(index), ...toEntry(letter, isFifo(url)) }))
      const failed = await inBatches(
        entries,
        Entries => client.send(new sdk.SendMessageBatchCommand({ QueueUrl: url, Entries: [...Entries] })),
        entry => sizeOf(entry.MessageBody, entry.MessageAttributes),
      )
      assertNoneFailed(failed, 'the dead letters')
    },
    async *scan(filter) {
      const held = new Map<string, string>()
      try {
        for (;;) {
          const messages = await receive()
          // a letter that comes a second time: everything has been seen
          if (messages.length === 0 || messages.some(({ MessageId = '' }) => held.has(MessageId))) return
          for (const { MessageId = '', ReceiptHandle = '' } of messages) held.set(MessageId, ReceiptHandle)
          const found = messages.map(toLetter).filter(letter => matches(letter, filter))
          if (found.length > 0) yield found
        }
      } finally {
        const kept = [...held.values()].filter(receipt => !removed.delete(receipt))
        await release(kept)
      }
    },
    async remove(letters) {
      const entries = letters.map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt as string }))
      const failed = await inBatches(entries, Entries =>
        client.send(new sdk.DeleteMessageBatchCommand({ QueueUrl: url, Entries: [...Entries] })),
      )
      assertNoneFailed(failed, 'the letters to delete')
      for (const { receipt } of letters) removed.add(receipt as string)
    },
    async startMoveTask(queueUrl, rate) {
      // the destination must be named: SQS knows the origin only of what its own redrive policy moved here
      const [SourceArn, DestinationArn] = await Promise.all([arnOf(url), arnOf(queueUrl)])
      const command = { SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: rate }
      await client.send(new sdk.StartMessageMoveTaskCommand(command))
    },
    async findMoveTask() {
      const { Results } = await client.send(
        new sdk.ListMessageMoveTasksCommand({ SourceArn: await arnOf(url), MaxResults: 1 }),
      )
      const [task] = Results ?? []
      return (
        task && {
          status: String(task.Status),
          moved: Number(task.ApproximateNumberOfMessagesMoved ?? 0),
          total: task.ApproximateNumberOfMessagesToMove,
          failure: task.FailureReason,
        }
      )
    },
    close: () => client.destroy(),
  }
}

type Entry = {
  MessageBody: string
  MessageAttributes: ReturnType<typeof toAttributes>
  MessageGroupId?: string
  MessageDeduplicationId?: string
}

/** A FIFO dead letter queue gets every letter in a group of its own, so that one that is looked at does not hide the next; its old group is an attribute. */
function toEntry(letter: DeadLetter, fifo: boolean): Entry {
  const { body, attributes } = toMessage(letter)
  const { group, code, reason, attempts, issues } = letter
  const facts = { group, code, reason: printable(reason), attempts }
  const whole = { ...attributes, ...toAttributes({ ...facts, issues: printable(JSON.stringify(issues)) }) }
  return {
    MessageBody: body,
    // a record near SQS's own limit leaves no room for the list of issues; the reason names the first of them
    MessageAttributes: sizeOf(body, whole) <= MAX_BYTES ? whole : { ...attributes, ...toAttributes(facts) },
    ...(fifo ? { MessageGroupId: randomUUID(), MessageDeduplicationId: randomUUID() } : {}),
  }
}

function toLetter(message: Message): StoredLetter {
  const { group: _, ...record } = toRecord(message)
  const group = textOf(message, 'group')
  const code = textOf(message, 'code')
  const sent = Number(message.Attributes?.SentTimestamp ?? 0)
  const known = DEAD_LETTER_CODES.find(each => each === code)
  const attempts = Number(textOf(message, 'attempts') ?? message.Attributes?.ApproximateReceiveCount ?? 0)
  return {
    ...record,
    ...(group === undefined ? {} : { group }),
    code: known ?? ('receive_limit' satisfies DeadLetterCode),
    reason: textOf(message, 'reason') ?? 'the queue moved it here after its own limit of receives',
    issues: JSON.parse(textOf(message, 'issues') ?? '[]') as Issue[],
    attempts,
    firstSeen: firstSeenOf(message),
    lastSeen: sent,
    receipt: message.ReceiptHandle,
  }
}

/** Attributes carry the same characters as bodies; the rest is shown as JSON shows it. */
function printable(text: string): string {
  return text.replace(
    /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
