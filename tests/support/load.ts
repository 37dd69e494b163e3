import { Agent, request } from 'node:http'
import { aRow } from './churn.ts'

export type Load = {
  /** Ends it after the answers that are still to come. `failures` are requests without an answer of 200, in a few words each. */
  stop(): Promise<{ readonly answered: number; readonly failures: readonly string[] }>
}

/** Clients that ask for predictions one after the other, each on a connection that it keeps, or on a new one every time. Nothing is sent twice. */
export function startLoad(url: string, clients: number, { keepAlive }: { readonly keepAlive: boolean }): Load {
  const body = JSON.stringify(aRow())
  const failures: string[] = []
  let answered = 0
  let stopping = false

  const ask = (agent: Agent): Promise<void> =>
    new Promise(resolve => {
      const end = (failure?: string): void => {
        if (failure === undefined) answered++
        else failures.push(failure)
        resolve()
      }
      request(`${url}/predict`, { method: 'POST', agent, headers: { 'content-type': 'application/json' } })
        .on('response', response => {
          response.resume()
          response.on('end', () => end(response.statusCode === 200 ? undefined : `status ${response.statusCode}`))
          response.on('error', error => end(error.message))
        })
        .on('error', error => end(error.message))
        .setTimeout(10_000, () => end('no answer in 10 s'))
        .end(body)
    })
  const loops = Array.from({ length: clients }, async () => {
    const agent = new Agent({ keepAlive, maxSockets: 1 })
    while (!stopping) await ask(agent)
    agent.destroy()
  })
  return {
    async stop() {
      stopping = true
      await Promise.all(loops)
      return { answered, failures }
    },
  }
}
