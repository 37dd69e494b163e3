import { readFile } from 'node:fs/promises'
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation'
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { CreateBucketCommand, GetBucketEncryptionCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs'
import { openSqsQueue } from '@scaling-mlops/adapters/sqs'
import { zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { synthesiseInfra } from '../support/infra-templates.ts'
import { receiveAll } from '../support/records.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { startMoto } from './moto.ts'
import { withoutUnknown } from './moto-stack.ts'

const NAME = 'model-serving-prod'
const FUNCTION = `arn:aws:lambda:eu-central-1:123456789012:function:${NAME}`
const PARAMETERS: Readonly<Record<string, string>> = { CodeBucket: 'packages', CodeKey: 'lambda.zip' }

let close: () => Promise<void> = async () => {}
const given = { ...process.env }
/** The resources of each stack that should be there, and those that are. */
const wanted = new Map<string, string[]>()
const made = new Map<string, string[]>()

beforeAll(async () => {
  const moto = await startMoto()
  close = moto.close
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: moto.endpoint,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })
  const s3 = new S3Client({ forcePathStyle: true })
  await s3.send(
    new CreateBucketCommand({
      Bucket: 'packages',
      CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
    }),
  )
  const Body = zipSync({ 'main.mjs': new TextEncoder().encode('export const handler = async () => {}') })
  await s3.send(new PutObjectCommand({ Bucket: 'packages', Key: 'lambda.zip', Body }))
  s3.destroy()
  await deploy()
})
afterAll(async () => {
  process.env = given
  await close()
})

/** Deploys the stacks of prod one after the other, as far as moto knows what is in them. */
async function deploy(): Promise<void> {
  await using folder = await temporaryFolder()
  const { prod = [] } = await synthesiseInfra(folder.path)
  const client = new CloudFormationClient()
  const exported = new Set<string>()
  for (const { stack, file } of prod) {
    const template = withoutUnknown(JSON.parse(await readFile(file, 'utf8')), exported, FUNCTION)
    const resources = Object.keys(template.Resources)
    if (resources.length === 0) continue
    const StackName = `${NAME}-${stack}`
    const Parameters = Object.keys(template.Parameters ?? {}).map(name => ({
      ParameterKey: name,
      ParameterValue: PARAMETERS[name] ?? 'not-used',
    }))
    const TemplateBody = JSON.stringify(template)
    const Capabilities = ['CAPABILITY_NAMED_IAM'] as const
    await client.send(new CreateStackCommand({ StackName, TemplateBody, Parameters, Capabilities: [...Capabilities] }))
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }))
    expect(
      Stacks?.map(({ StackStatus }) => StackStatus),
      stack,
    ).toEqual(['CREATE_COMPLETE'])
    const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName }))
    wanted.set(stack, resources.sort())
    made.set(stack, StackResources.map(({ LogicalResourceId = '' }) => LogicalResourceId).sort())
  }
  client.destroy()
}

async function attributesOf(queue: string): Promise<{ url: string; attributes: Record<string, string> }> {
  const client = new SQSClient({})
  const { QueueUrl = '' } = await client.send(new GetQueueUrlCommand({ QueueName: queue }))
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] })
  const { Attributes = {} } = await client.send(command)
  client.destroy()
  return { url: QueueUrl, attributes: Attributes }
}

describe('the stacks of prod, in the CloudFormation of moto', () => {
  it('make every resource that moto knows, across all stacks that have one', () => {
    expect([...made.keys()].sort()).toEqual([
      'beanstalk',
      'delivery',
      'files',
      'functions',
      'models',
      'network',
      'notifications',
      'queues',
    ])
    expect(made).toEqual(wanted)
  })

  it('hide a record for six minutes, set it aside after five receipts, and carry it', async () => {
    const { url, attributes } = await attributesOf(`${NAME}-records`)

    expect(attributes).toMatchObject({ VisibilityTimeout: '360', SqsManagedSseEnabled: 'true' })
    expect(JSON.parse(attributes.RedrivePolicy ?? '')).toEqual({
      maxReceiveCount: 5,
      deadLetterTargetArn: expect.stringContaining('DeadLetters'),
    })
    const queue = await openSqsQueue({ url, waitSeconds: 0 })
    await queue.send([{ id: 'a', model: 'churn', version: undefined, body: '{}' }])
    expect((await receiveAll(queue, 1)).map(({ body }) => String(body))).toEqual(['{}'])
    queue.close()
  })

  it.each(['models', 'files', 'results'])('encrypt %s', async name => {
    const client = new S3Client({ forcePathStyle: true })
    const Bucket = `${NAME}-${name}-123456789012`
    const { ServerSideEncryptionConfiguration } = await client.send(new GetBucketEncryptionCommand({ Bucket }))

    expect(ServerSideEncryptionConfiguration?.Rules).toMatchObject([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
    ])
    client.destroy()
  })

  it('tell the function where models, results and its queue of files are', async () => {
    const client = new LambdaClient()
    const { url } = await attributesOf(`${NAME}-files`)
    const { Environment } = await client.send(new GetFunctionConfigurationCommand({ FunctionName: NAME }))

    expect(Environment?.Variables).toMatchObject({
      FILE_QUEUE_URL: expect.stringMatching(new RegExp(`/${url.split('/').at(-1)}$`)),
      MODEL_REPOSITORY: `s3://${NAME}-models-123456789012/models`,
      RESULTS_URL: `s3://${NAME}-results-123456789012/results`,
    })
    client.destroy()
  })

  it('go again, their queues with them', async () => {
    const client = new CloudFormationClient()
    await client.send(new DeleteStackCommand({ StackName: `${NAME}-files` }))

    await expect(attributesOf(`${NAME}-files`)).rejects.toThrow()
    client.destroy()
  })
})
