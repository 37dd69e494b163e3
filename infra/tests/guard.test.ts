import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard'
import { Stack } from 'aws-cdk-lib'
import { expect, test } from 'vitest'
import { stageOf } from './synthesis.ts'

const OF_EBEXTENSIONS = 'set in .ebextensions/10-environment.config, which the rule does not read'
const KEYS_OF_S3 = "encrypted with S3's own keys: a key of ours would cost a call for each object and keep nobody out"

/** Rules of Control Tower that a stack breaks, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'beanstalk elastic_beanstalk_enhanced_health_reporting_enabled_check': OF_EBEXTENSIONS,
  'beanstalk elastic_beanstalk_logs_to_cloudwatch_check': OF_EBEXTENSIONS,
  'beanstalk elastic_beanstalk_managed_updates_enabled_check': OF_EBEXTENSIONS,
  'files s3_bucket_default_encryption_kms_check': KEYS_OF_S3,
  'files s3_bucket_logging_enabled_check': 'who puts files there is in CloudTrail',
  'files s3_bucket_object_lock_enabled_check': 'scores are written anew when a file is',
  'files s3_bucket_versioning_enabled_check': 'parts of large files come and go by the thousand',
  'functions cloudwatch_log_group_encrypted_check':
    "encrypted with CloudWatch's own keys; no row of data is in the log",
  'functions cloudwatch_log_group_retention_period_check':
    'two weeks, as on Elastic Beanstalk; a year is what the rule wants',
  'functions lambda_inside_vpc_check': 'it calls nothing but AWS, and in a network would pay for a way there',
  'models s3_bucket_default_encryption_kms_check': KEYS_OF_S3,
  'models s3_bucket_logging_enabled_check':
    'reads are those of the servers at their start; who publishes is in CloudTrail',
  'models s3_bucket_object_lock_enabled_check':
    'a bad model must be taken away at once; versions bring a deleted one back',
  'models s3_event_notifications_enabled_check': 'servers look for new versions themselves',
  'network cloudwatch_log_group_encrypted_check': "encrypted with CloudWatch's own keys; addresses and ports are in it",
  'notifications kms_create_grant_aws_service_check':
    'the account itself administers its key, as every key that the CDK makes',
  'queues s3_bucket_default_encryption_kms_check': KEYS_OF_S3,
  'queues s3_bucket_logging_enabled_check': 'only the service writes and reads results',
  'queues s3_bucket_object_lock_enabled_check': 'a result that is computed again is the same under the same name',
  'queues s3_bucket_versioning_enabled_check': 'a result that is computed again is the same under the same name',
  'queues s3_event_notifications_enabled_check': 'nobody waits for results there',
}

// prod holds all that dev does, and workers and the delivery besides
test('cfn-guard finds what has a reason, and nothing else', () => {
  const stage = stageOf('prod')
  const folder = stage.synth().directory
  const stacks = new Map(
    stage.node.children.filter(Stack.isStack).map(({ templateFile, node }) => [join(folder, templateFile), node.id]),
  )
  expect(readdirSync(folder).filter(file => file.endsWith('.template.json'))).toHaveLength(stacks.size)
  const { violations } = new CfnGuardValidator().validate({ appConstruct: stage, templatePaths: [...stacks.keys()] })
  const found = violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ templatePath }) => `${stacks.get(templatePath)} ${ruleName}`),
  )
  expect([...new Set(found)].sort()).toEqual(Object.keys(EXCEPTIONS))
})
