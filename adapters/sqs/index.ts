export { fromEventRecord } from './event-record.ts'
export { openSqsDeadLetters, type SqsDeadLetters } from './sqs-dead-letters.ts'
export { openSqsQueue, type SqsQueueOptions } from './sqs-queue.ts'
export { openSqsSink, type SqsSinkOptions } from './sqs-sink.ts'
