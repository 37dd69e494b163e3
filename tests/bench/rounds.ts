import type { Client, Measured } from './client.ts'
import type { Contestant } from './contestants.ts'
import { coresFor } from './pinning.ts'
import { startServer } from './server-process.ts'
import { someRows, toJsonBody, type Workload } from './workloads.ts'

/** One measurement: a contestant under a workload in one round. */
export type Sample = Measured & {
  readonly round: number
  readonly contestant: string
  readonly workload: string
  /** CPU time of all its processes for one answer, in µs: what remains true where other work shares the machine. */
  readonly cpuMicroseconds: number
}

export type RoundOptions = {
  readonly contestants: readonly Contestant[]
  readonly workloads: readonly Workload[]
  readonly rounds: number
  readonly seconds: number
  readonly client: Client
  readonly say: (line: string) => void
}

/** Measures all contestants in turn, round after round, so that whatever else the machine does meets all of them alike. */
export async function runRounds(options: RoundOptions): Promise<Sample[]> {
  const samples: Sample[] = []
  for (let round = 1; round <= options.rounds; round++)
    for (const contestant of options.contestants) {
      try {
        samples.push(...(await measure(contestant, round, options)))
      } catch (error) {
        options.say(`${contestant.name}: ${(error as Error).message}`)
        continue
      }
      const { perSecond } = samples.findLast(({ workload }) => workload.endsWith('× 32')) as Sample
      options.say(`round ${round}: ${contestant.name} ${Math.round(perSecond)}/s`)
    }
  return samples
}

async function measure(
  contestant: Contestant,
  round: number,
  { workloads, seconds, client }: RoundOptions,
): Promise<Sample[]> {
  const {
    name,
    launch,
    lists = true,
    path = '/predict',
    readyPath = '/ping',
    toBody = toJsonBody,
    workers = 1,
  } = contestant
  const server = await startServer(launch, { cores: coresFor(workers), readyPath })
  try {
    const url = server.url + path
    const samples: Sample[] = []
    let warmUpSeconds = Math.min(2, seconds)
    for (const workload of workloads.filter(({ rows }) => lists || rows === 1)) {
      const load = { url, body: toBody(someRows(workload.rows)), connections: workload.connections }
      await client({ ...load, seconds: warmUpSeconds, warmUpSeconds: 0 })
      warmUpSeconds = Math.min(1, seconds)

      const before = server.cpuSeconds()
      const measured = await client({ ...load, seconds, warmUpSeconds: 0 })
      const cpuSeconds = server.cpuSeconds() - before
      samples.push({
        ...measured,
        round,
        contestant: name,
        workload: workload.name,
        cpuMicroseconds: (cpuSeconds / measured.answers) * 1e6,
      })
    }
    return samples
  } catch (error) {
    const ending = server.ending()
    throw ending === undefined ? error : new Error(`the server ended with ${ending} under load`, { cause: error })
  } finally {
    await server.stop()
  }
}
