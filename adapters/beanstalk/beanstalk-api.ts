import type { ElasticBeanstalkClient } from '@aws-sdk/client-elastic-beanstalk'
import { nameMissingPermission } from '@scaling-mlops/core'

/** The AWS SDK's module for Elastic Beanstalk, and how its commands are sent. */
export type BeanstalkApi = {
  readonly sdk: typeof import('@aws-sdk/client-elastic-beanstalk')
  readonly send: ElasticBeanstalkClient['send']
  close(): void
}

/** A deployment makes few calls and must not fail for one that came too fast. */
const ATTEMPTS = 6

/** Loads the SDK, which takes region, credentials and endpoint from AWS's own variables. What a call is refused with names the permission. */
export async function openBeanstalkApi(): Promise<BeanstalkApi> {
  const sdk = await import('@aws-sdk/client-elastic-beanstalk')
  const client = new sdk.ElasticBeanstalkClient({ maxAttempts: ATTEMPTS })
  client.middlewareStack.add(
    (next, context) => async call => {
      try {
        return await next(call)
      } catch (error) {
        throw nameMissingPermission(error, `elasticbeanstalk:${String(context.commandName).replace(/Command$/, '')}`)
      }
    },
    { step: 'initialize', name: 'nameMissingPermission' },
  )
  return { sdk, send: client.send.bind(client), close: () => client.destroy() }
}
