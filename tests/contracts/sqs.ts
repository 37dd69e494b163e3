import { setTimeout } from 'node:timers/promises'
import { openSqsDeadLetters, openSqsQueue } from '@scaling-mlops/adapters/sqs'
import type { SqsEmulator } from '../support/sqs-emulator.ts'
import { describeDeadLetters } from './dead-letters.ts'
import { describeQueue, type QueueTraits } from './queue.ts'

/** The contracts of queue and dead letters, for SQS behind any emulator. */
export function describeSqs(
  emulatorName: string,
  emulator: () => SqsEmulator,
  { ordered, counts }: Pick<QueueTraits, 'ordered' | 'counts'>,
): void {
  const openQueue = (name: string) => async () => {
    const url = await emulator().createQueue(name)
    const queue = await openSqsQueue({ url, visibilityMs: 1_000, waitSeconds: 0 })
    return { queue, pass: (milliseconds: number) => setTimeout(milliseconds), close: async () => queue.close() }
  }
  const openLetters = (name: string) => async () => {
    const deadLetters = await openSqsDeadLetters({ url: await emulator().createQueue(name), waitSeconds: 0 })
    return { deadLetters, close: async () => deadLetters.close() }
  }
  describeQueue(`SQS (${emulatorName})`, openQueue('standard'), { keyed: false, ordered: false, delays: true, counts })
  describeQueue(`SQS FIFO (${emulatorName})`, openQueue('ordered.fifo'), {
    keyed: false,
    ordered,
    delays: false,
    counts,
  })
  describeDeadLetters(`SQS (${emulatorName})`, openLetters('dead'), { keyed: false })
  describeDeadLetters(`SQS FIFO (${emulatorName})`, openLetters('dead.fifo'), { keyed: false })
}
