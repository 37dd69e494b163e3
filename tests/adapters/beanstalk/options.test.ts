import {
  DEFAULT_DEPLOYMENT,
  DeploymentError,
  optionProblems,
  toEnvironmentFiles,
} from '@scaling-mlops/adapters/beanstalk'
import { expect, it } from 'vitest'
import { IN_AN_ACCOUNT, readDeploymentOf, WORKERS, WORKERS_WITH_OWN_QUEUE } from '../../support/beanstalk.ts'

/** Problems of the options that stand in written files, whatever made them. */
function problemsOf(options: Readonly<Record<string, Readonly<Record<string, string>>>>): string[] {
  return optionProblems(Object.entries(options).map(([namespace, options]) => ({ namespace, why: '', options })))
}

it.each([
  ['as committed', DEFAULT_DEPLOYMENT],
  ['with all that an account adds', IN_AN_ACCOUNT],
  ['with traffic splitting', { ...DEFAULT_DEPLOYMENT, policy: 'TrafficSplitting' as const }],
  ['of workers', WORKERS],
  ['of workers with a queue of their own', WORKERS_WITH_OWN_QUEUE],
])('every option %s is one that Elastic Beanstalk has, with a value that it takes', (_, deployment) => {
  expect(problemsOf(readDeploymentOf(deployment).options)).toEqual([])
})

it('a namespace, a name and a value that are wrong are each named, with what is nearest or allowed', () => {
  expect(
    problemsOf({
      'aws:autoscaling:agg': { MinSize: '2' },
      'aws:autoscaling:asg': { MinSise: '2', MaxSize: '0' },
      'aws:elasticbeanstalk:command': { DeploymentPolicy: 'Sudden' },
    }),
  ).toEqual([
    'aws:autoscaling:agg is no namespace of options; did you mean "aws:autoscaling:asg"?',
    'aws:autoscaling:asg has no option "MinSise"; did you mean "MinSize"?',
    'aws:autoscaling:asg MaxSize must be a whole number from 1 to 10000; got "0"',
    'aws:elasticbeanstalk:command DeploymentPolicy must be one of AllAtOnce, Rolling, RollingWithAdditionalBatch, Immutable, TrafficSplitting; got "Sudden"',
  ])
})

it('files are not written with values that Elastic Beanstalk would refuse, and all of them are said at once', () => {
  const wrong = { ...IN_AN_ACCOUNT, certificate: 'my certificate', instanceTypes: ['large'] }

  expect(() => toEnvironmentFiles(wrong)).toThrow(DeploymentError)
  expect(() => toEnvironmentFiles(wrong)).toThrow(/InstanceTypes must be .* got "large"/)
  expect(() => toEnvironmentFiles(wrong)).toThrow(/SSLCertificateArns must be an ARN of acm; got "my certificate"/)
})
