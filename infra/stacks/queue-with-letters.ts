import { Duration, type Stack } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { CfnQueue, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs'

/** What a function may take for a batch; a message stays hidden six times as long. */
export const FUNCTION_TIMEOUT = Duration.seconds(60)

const SAFE = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true }

type Alarming = { readonly id: string; readonly alarmDescription: string }

/** A queue and the one for what failed in it five times, each naming the other alone, and an alarm where anything lies in the second. */
export function createQueueWithLetters(
  stack: Stack,
  id: string,
  { queueName, ...properties }: QueueProps & { readonly queueName: string },
  { id: alarmId, alarmDescription }: Alarming,
): { readonly queue: Queue; readonly deadLetters: Queue } {
  const deadLetters = new Queue(stack, 'DeadLetters', { ...SAFE, retentionPeriod: Duration.days(14) })
  // the name is given, so that each of the two can name the other
  const sourceQueueArns = [stack.formatArn({ service: 'sqs', resource: queueName })]
  if (deadLetters.node.defaultChild instanceof CfnQueue)
    deadLetters.node.defaultChild.redriveAllowPolicy = { redrivePermission: 'byQueue', sourceQueueArns }
  const queue = new Queue(stack, id, {
    ...SAFE,
    queueName,
    visibilityTimeout: Duration.seconds(6 * FUNCTION_TIMEOUT.toSeconds()),
    // shorter than that of the dead letters: a message's age counts from when it was first sent
    retentionPeriod: Duration.days(4),
    deadLetterQueue: { maxReceiveCount: 5, queue: deadLetters },
    ...properties,
  })
  new Alarm(stack, alarmId, {
    alarmDescription,
    // not what was sent: moves of the redrive policy are not counted there
    metric: deadLetters.metricApproximateNumberOfMessagesVisible({
      period: Duration.minutes(1),
      statistic: Stats.MAXIMUM,
    }),
    threshold: 0,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  })
  return { queue, deadLetters }
}
