import { CfnParameter, Duration, Stack } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  Alias,
  Architecture,
  Code,
  FunctionUrlAuthType,
  Function as Handler,
  Runtime,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda'
import { KinesisEventSource, SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import type { StageSettings } from '../configuration.ts'
import { explainManaged, explainWildcards, placesOf, readModels, workOnRecords } from '../policies.ts'
import type { Models } from './models.ts'
import { FUNCTION_TIMEOUT, type Queues } from './queues.ts'

type Places = { readonly models: Models; readonly queues: Queues }

/** The server as a function behind the alias `live`, which moves to a new version by a tenth first. */
export class Functions extends Stack {
  constructor(scope: Construct, id: string, settings: StageSettings, { models, queues }: Places) {
    super(scope, id)
    const codeBucket = new CfnParameter(this, 'CodeBucket', {
      description: 'Where the package lies that `package lambda` wrote',
    })
    const codeKey = new CfnParameter(this, 'CodeKey', { description: 'Its key; another for each package' })
    const logGroup = new LogGroup(this, 'Log', { retention: RetentionDays.TWO_WEEKS })
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    logGroup.grantWrite(role)
    const keepGivenUp = new PolicyStatement({ actions: ['s3:PutObject'], resources: [queues.givenUp] })
    const statements = [...readModels(models), ...workOnRecords(queues), keepGivenUp]
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
        ...placesOf(models, queues),
        ENVIRONMENT_NAME: `${settings.project}-${settings.environment}-function`,
      },
    })
    const alias = new Alias(this, 'Live', { aliasName: 'live', version: handler.currentVersion })
    alias.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM })
    alias.addEventSource(
      new SqsEventSource(queues.records, { batchSize: 10, maxConcurrency: 10, reportBatchItemFailures: true }),
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
    const errors = new Alarm(this, 'ErrorsAlarm', {
      alarmName: `${settings.project}-${settings.environment}-errors`,
      alarmDescription: 'Invocations fail: a shift to a new version goes back by itself.',
      metric: alias.metricErrors({ period: Duration.minutes(1) }),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
    const deployer = new Role(this, 'DeployerRole', { assumedBy: new ServicePrincipal('codedeploy.amazonaws.com') })
    new LambdaDeploymentGroup(this, 'Deployment', {
      alias,
      role: deployer,
      deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
      alarms: [errors],
    })
    explainWildcards(role, [models.objects, queues.objects, queues.givenUp], 'All objects under one prefix.')
    explainManaged(
      deployer,
      ['service-role/AWSCodeDeployRoleForLambdaLimited'],
      "CodeDeploy's own policy for functions.",
    )
  }
}
