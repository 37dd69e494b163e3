import { Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

export type Traffic = {
  /** Answers so far by status, and by error code where none came. */
  readonly answers: ReadonlyMap<string, number>
  /** Lets the requests under way end. */
  stop(): Promise<void>
}

/** Sends a POST over and over from so many clients, each with one kept-alive connection and a pause between its requests. */
export function startTraffic(
  url: string,
  body: string,
  { clients, pauseMs }: { clients: number; pauseMs: number },
): Traffic {
  const agent = new Agent({ keepAlive: true })
  const answers = new Map<string, number>()
  let stopped = false

  const client = async (): Promise<void> => {
    await delay(Math.random() * pauseMs)
    while (!stopped) {
      const answer = await post(agent, url, body)
      answers.set(answer, (answers.get(answer) ?? 0) + 1)
      await delay(Math.random() * 2 * pauseMs)
    }
  }

  const ended = Promise.all(Array.from({ length: clients }, client))
  return {
    answers,
    async stop() {
      stopped = true
      await ended
      agent.destroy()
    },
  }
}

/** The status of the answer, or the code of the error. */
function post(agent: Agent, url: string, body: string): Promise<string> {
  return new Promise(resolve => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length }
    request(`${url}/predict`, { agent, method: 'POST', headers }, response => {
      response.resume().on('end', () => resolve(String(response.statusCode)))
      response.on('error', error => resolve(String((error as NodeJS.ErrnoException).code)))
    })
      .on('error', error => resolve(String((error as NodeJS.ErrnoException).code)))
      .end(body)
  })
}
