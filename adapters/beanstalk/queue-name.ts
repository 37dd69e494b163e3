import type { Deployment } from './deployment.ts'

/** The name by which CloudWatch knows the queue that a worker tier takes its messages from. */
export function workerQueueName({ workerQueueUrl }: Deployment): unknown {
  return workerQueueUrl === undefined ? getAttribute('AWSEBWorkerQueue', 'QueueName') : lastPart(workerQueueUrl)
}

/** The same of the queue of dead letters; undefined where the environment has none. */
export function deadLetterQueueName({ tier, deadLetterQueueUrl }: Deployment): unknown {
  if (deadLetterQueueUrl !== undefined) return lastPart(deadLetterQueueUrl)
  return tier === 'worker' ? getAttribute('AWSEBWorkerDeadLetterQueue', 'QueueName') : undefined
}

function getAttribute(resource: string, attribute: string): unknown {
  return { 'Fn::GetAtt': [resource, attribute] }
}

function lastPart(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1)
}
