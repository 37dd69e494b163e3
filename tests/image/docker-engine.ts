import { spawn } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'
import type { Environment } from '../support/host.ts'
import { follow, run, runOrThrow } from '../support/run.ts'
import { type Engine, listFiles, parseSizes, type RunningCaller, toImageConfiguration, toTarget } from './engine.ts'

/** Docker, or podman, which takes the same commands. */
export function dockerEngine(program: string): Engine {
  const started: string[] = []
  const launch = (
    tag: string,
    environment: Environment,
    options: readonly string[],
  ): RunningCaller & { readonly name: string } => {
    const name = `${tag}-${started.length + 1}`
    started.push(name)
    const variables = Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`])
    const words = ['--rm', '--name', name, '--read-only', '--tmpfs', '/tmp', ...options, ...variables, tag]
    const { output, ended } = follow(spawn(program, ['run', ...words], { stdio: ['ignore', 'pipe', 'pipe'] }))
    return {
      name,
      output,
      exec: (...words) => run(program, ['exec', name, ...words]),
      async stop(signal = 'SIGTERM') {
        await run(program, ['kill', '--signal', signal, name])
        return ended
      },
    }
  }

  return {
    name: program,

    async build(folder, tag, target) {
      await runOrThrow(program, 'build', '--tag', tag, ...toTarget(target), folder)
    },

    async inspect(tag) {
      return toImageConfiguration(JSON.parse(await runOrThrow(program, 'image', 'inspect', tag))[0].Config)
    },

    async files(tag) {
      const options = ['--rm', '--user', '0', '--entrypoint', 'find']
      return parseSizes(await runOrThrow(program, 'run', ...options, tag, '/', ...listFiles('%p')))
    },

    async start(tag, environment) {
      const { name, ...container } = launch(tag, environment, ['--publish', '127.0.0.1::9696'])
      return { url: `http://${await publishedAddress(program, name)}`, ...container }
    },

    async startCaller(tag, environment, user) {
      return launch(tag, environment, ['--network', 'host', '--user', user])
    },

    async remove(tag) {
      await run(program, ['rm', '--force', ...started])
      await run(program, ['image', 'rm', '--force', tag])
    },
  }
}

/** Asks until the container is there, for at most 30 seconds. */
async function publishedAddress(program: string, name: string): Promise<string> {
  for (const end = Date.now() + 30_000; ; await setTimeout(100)) {
    const { code, stdout, stderr } = await run(program, ['port', name, '9696/tcp'])
    const [address = ''] = stdout.trim().split('\n')
    if (code === 0 && address !== '') return address
    if (Date.now() > end) throw new Error(`${name} publishes no port: ${stderr}`)
  }
}
