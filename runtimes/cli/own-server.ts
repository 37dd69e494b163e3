import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { CoreError } from '@scaling-mlops/core'

/** What the server's process has used so far. */
export type ServerUsage = { readonly cpuSeconds: number; readonly memoryMb: number }

/** The server that ships, in a process of its own. */
export type OwnServer = AsyncDisposable & { readonly url: string; usage(): Promise<ServerUsage> }

/** Starts it on a free port with the models of a repository. Rejects with `model_unavailable` where it does not come up. */
export async function forkServer(repository: string): Promise<OwnServer> {
  const child = fork(fileURLToPath(new URL('./measured-server.ts', import.meta.url)), [], {
    env: { ...process.env, MODEL_REPOSITORY: repository },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = new Promise<never>((_, reject) =>
    child.once('exit', code => reject(new CoreError('model_unavailable', `the server to measure ended with ${code}`))),
  )
  // it ends in the end, and then nobody waits
  ended.catch(() => {})
  const message = <T>(): Promise<T> =>
    Promise.race([ended, new Promise<T>(resolve => child.once('message', resolve as (message: unknown) => void))])

  const { url } = await message<{ url: string }>()
  return {
    url,
    usage: () => {
      const answer = message<ServerUsage>()
      child.send('usage')
      return answer
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect()
      await ended.catch(() => {})
    },
  }
}
