import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Deployment } from '@scaling-mlops/adapters/beanstalk'
import { openNginx } from '../nginx/nginx.ts'
import { readDeploymentOf } from '../support/beanstalk.ts'
import { freePort } from '../support/free-port.ts'
import { type Environment, openProcessHost, type ProcessHost, root } from '../support/host.ts'
import { runOrThrow } from '../support/run.ts'

/** An instance of Elastic Beanstalk on the loopback: the container's program behind the host's nginx. */
export type Instance = AsyncDisposable & {
  readonly container: ProcessHost
  /** Requests go to its `url`, as they would to port 80. */
  readonly nginx: Awaited<ReturnType<typeof openNginx>>
}

/** Bundles the container's program, as the Dockerfile does. */
export async function buildProgram(): Promise<void> {
  await runOrThrow(process.execPath, join(root, 'runtimes/container/build.ts'))
}

/**
 * Starts what a deployment puts on an instance: the words of the image's command, the variables of `.ebextensions`, nginx with the
 * additions of `.platform`. `resolved` are the values of what an environment's stack fills in.
 */
export async function openInstance(deployment: Deployment, resolved: Environment): Promise<Instance> {
  const { options } = readDeploymentOf(deployment)
  const [node, ...words] = await imageCommand()
  if (node !== 'node') throw new Error(`the image runs ${node}, not Node`)
  const port = await freePort()
  const container = await openProcessHost(
    {
      ...options['aws:elasticbeanstalk:application:environment'],
      MODEL_REPOSITORY: join(root, 'models'),
      NODE_ENV: 'production',
      ...resolved,
      PORT: String(port),
    },
    ...words.map(word => (word === 'main.js' ? join(root, 'dist/container/main.js') : word)),
  )
  const nginx = await openNginx([port])
  return {
    container,
    nginx,
    async [Symbol.asyncDispose]() {
      await nginx[Symbol.asyncDispose]()
      await container.close()
    },
  }
}

/** What the last stage of the Dockerfile runs. */
async function imageCommand(): Promise<string[]> {
  const text = await readFile(join(root, 'Dockerfile'), 'utf8')
  return JSON.parse(text.slice(text.lastIndexOf('ENTRYPOINT ') + 'ENTRYPOINT '.length))
}
