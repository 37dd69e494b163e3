import type { Deployment } from './deployment.ts'

/** The name by which CloudWatch knows the queue that a worker tier takes its messages from. */
export function workerQueueName({ workerQueueName, workerQueueUrl }: Deployment): unknown {
  if (workerQueueName !== undefined) return workerQueueName
  return workerQueueUrl === undefined ? getAttribute('AWSEBWorkerQueue', 'QueueName') : lastPart(workerQueueUrl)
}

/** The same of the queue of dead letters; undefined where the environment has none. */
export function deadLetterQueueName(deployment: Deployment): unknown {
  const { deadLetterQueueUrl } = deployment
  if (deadLetterQueueUrl !== undefined) return lastPart(deadLetterQueueUrl)
  return hasOwnQueues(deployment) ? getAttribute('AWSEBWorkerDeadLetterQueue', 'QueueName') : undefined
}

/** Whether Elastic Beanstalk makes the queues: where it is given one it makes neither. */
export function hasOwnQueues({ tier, workerQueueName, workerQueueUrl }: Deployment): boolean {
  return tier === 'worker' && (workerQueueName ?? workerQueueUrl) === undefined
}

function getAttribute(resource: string, attribute: string): unknown {
  return { 'Fn::GetAtt': [resource, attribute] }
}

function lastPart(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1)
}
