import { CfnParameter, Duration, Stack } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  Alias,
  Architecture,
  Code,
  FunctionUrlAuthType,
  Function as Handler,
  Runtime,
  StartingPosition,
  Version,
} from 'aws-cdk-lib/aws-lambda'
import { KinesisEventSource, SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import type { StageSettings } from '../configuration.ts'
import { allow } from '../policies/allow.ts'
import { explainWildcards } from '../policies/exceptions.ts'
import { scoreFiles } from '../policies/files.ts'
import { giveUpRecords, keepResults, readModels } from '../policies/servers.ts'
import type { Files } from './files.ts'
import type { Models } from './models.ts'
import { FUNCTION_TIMEOUT } from './queue-with-letters.ts'
import type { Queues } from './queues.ts'

type Places = { readonly models: Models; readonly queues: Queues; readonly files: Files }

/**
 * The server as a function behind the alias `live`. Its first version is made here; every later one by `deploy lambda`, which alone moves
 * the alias. So a deployment of this stack changes what the next version is made of, and never what is called now.
 */
export class Functions extends Stack {
  constructor(scope: Construct, id: string, settings: StageSettings, { models, queues, files }: Places) {
    super(scope, id)
    const codeBucket = new CfnParameter(this, 'CodeBucket', {
      description: 'Where the package lies that `package lambda` wrote',
    })
    const codeKey = new CfnParameter(this, 'CodeKey', {
      description: 'Its key; later packages come by `deploy lambda`',
    })
    const logGroup = new LogGroup(this, 'Log', { retention: RetentionDays.TWO_WEEKS })
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    logGroup.grantWrite(role)
    const statements = [
      ...readModels(models),
      ...keepResults(queues),
      giveUpRecords(queues),
      ...scoreFiles(files),
      allow(['s3:PutObject'], [queues.givenUp]),
    ]
    for (const statement of statements) role.addToPolicy(statement)

    const handler = new Handler(this, 'Function', {
      functionName: `${settings.project}-${settings.environment}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'main.handler',
      code: Code.fromBucketV2(Bucket.fromBucketName(this, 'Code', codeBucket.valueAsString), codeKey.valueAsString),
      memorySize: settings.lambdaMemory,
      timeout: FUNCTION_TIMEOUT,
      logGroup,
      role,
      environment: {
        MODEL_REPOSITORY: models.url,
        DEAD_LETTER_QUEUE_URL: queues.deadLetters.queueUrl,
        RESULTS_URL: queues.resultsUrl,
        FILE_QUEUE_URL: files.tasks.queueUrl,
        ENVIRONMENT_NAME: `${settings.project}-${settings.environment}-function`,
      },
    })
    const first = new Version(this, 'First', { lambda: handler })
    const alias = new Alias(this, 'Live', { aliasName: 'live', version: first })
    alias.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM })
    if (settings.recordsScoredBy.includes('function'))
      alias.addEventSource(
        new SqsEventSource(queues.records, { batchSize: 10, maxConcurrency: 10, reportBatchItemFailures: true }),
      )
    // a file or a range takes an invocation to itself
    alias.addEventSource(
      new SqsEventSource(files.tasks, { batchSize: 1, maxConcurrency: 10, reportBatchItemFailures: true }),
    )
    alias.addEventSource(
      new KinesisEventSource(queues.stream, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        retryAttempts: 3,
        maxRecordAge: Duration.hours(6),
        // a bucket keeps the records themselves, a queue would only say where they were in the stream;
        // the CDK's own destination would let the function delete what is there
        onFailure: { bind: () => ({ destination: queues.results.bucketArn }) },
      }),
    )
    new Alarm(this, 'ErrorsAlarm', {
      alarmName: `${settings.project}-${settings.environment}-errors`,
      alarmDescription: 'Invocations fail: `deploy lambda` takes a version back that this comes with.',
      metric: alias.metricErrors({ period: Duration.minutes(1) }),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
    new Alarm(this, 'StreamBehindAlarm', {
      alarmDescription: 'The stream is ten minutes behind: docs/operate.md says what to do.',
      metric: alias.metric('IteratorAge', { period: Duration.minutes(1), statistic: Stats.MAXIMUM }),
      threshold: 600_000,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 5,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
    explainWildcards(role, statements, 'All objects under one prefix.')
  }
}
