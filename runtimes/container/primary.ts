import cluster from 'node:cluster'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { openLog } from '@scaling-mlops/adapters/log'
import type { Configuration } from '../configuration/settings.ts'
import { openMetricsOut } from './push-metrics.ts'
import type { Serving } from './serve.ts'
import { createTeamMetrics } from './team-metrics.ts'
import { startWorker, type WorkerProcess } from './worker-process.ts'

/** A worker that lived this long died of something new. */
const STEADY_MS = 60_000
/** The pause before a worker that died again and again is replaced doubles from the first to the second of these. */
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 30_000

/** One of the workers there should be: whoever fills it now, and how often it fell empty lately. */
type Place = { worker: WorkerProcess; deaths: number; since: number }

/** Serves with several processes on one port. Rejects with what a worker could not start for; afterwards a worker that dies is replaced. */
export async function serveWithWorkers(configuration: Configuration): Promise<Serving> {
  const logging = openLog(configuration.logLevel, { isShared: true })
  const { log, flush } = logging
  const metrics = createTeamMetrics()
  const workers = new Set<WorkerProcess>()
  let stopping = false

  // all accept from one socket, see ARCHITECTURE.md
  cluster.schedulingPolicy = cluster.SCHED_NONE
  const port = configuration.port === 0 ? await findFreePort(configuration.host) : configuration.port
  cluster.setupPrimary({ args: [...process.argv.slice(2), '--port', String(port)] })
  // whatever the primary ends of, nobody stays behind
  process.on('exit', () => {
    for (const { kill } of workers) kill()
  })

  const start = (): WorkerProcess => {
    const worker = startWorker(metrics)
    workers.add(worker)
    void worker.ended.then(() => workers.delete(worker))
    return worker
  }

  const fill = (place: Place, worker: WorkerProcess): void => {
    place.worker = worker
    place.since = performance.now()
    void worker.ended.then(async ending => {
      if (stopping || place.worker !== worker) return
      const steady = performance.now() - place.since > STEADY_MS
      const pauseMs = steady ? 0 : pauseAfter(place.deaths)
      place.deaths = steady ? 1 : place.deaths + 1
      log.error('worker died', { worker: worker.id, pid: worker.pid, ...ending, replacedInMs: pauseMs })
      await pause(pauseMs)
      if (stopping || place.worker !== worker) return
      const successor = start()
      fill(place, successor)
      successor.listening.then(
        () => {
          successor.admit()
          log.info('worker replaced', { worker: worker.id, by: successor.id, pid: successor.pid })
        },
        // it has died, then, and that is told
        () => {},
      )
    })
  }

  const replaceAll = async (): Promise<void> => {
    log.info('reload')
    for (const place of places) {
      if (stopping) return
      const next = start()
      try {
        await next.listening
      } catch (error) {
        log.error('reload failed: workers that are not yet replaced stay', { reason: (error as Error).message })
        return
      }
      if (stopping) return
      const old = place.worker
      fill(place, next)
      place.deaths = 0
      next.admit()
      old.retire()
      await old.ended
    }
    log.info('reloaded', { pids: places.map(({ worker }) => worker.pid) })
  }

  const metricsOut = await openMetricsOut(configuration, logging)
  const places: Place[] = Array.from({ length: configuration.workers }, () => ({
    worker: start(),
    deaths: 0,
    since: 0,
  }))
  const url = (await Promise.all(places.map(({ worker }) => worker.listening))
    .catch(async error => {
      for (const { kill } of workers) kill()
      await Promise.all([...workers].map(({ ended }) => ended))
      throw error
    })
    .then(([first]) => first)) as string
  for (const place of places) {
    fill(place, place.worker)
    place.worker.admit()
  }
  metricsOut.start(metrics.read)
  log.info('listening', { url, pids: places.map(({ worker }) => worker.pid) })
  flush()

  let reloads = Promise.resolve()
  let waiting = false
  return {
    url,
    reload() {
      // signals that come during a reload mean one more, since they may mean models that it has not seen
      if (waiting) return reloads
      waiting = true
      reloads = reloads.then(() => {
        waiting = false
        return replaceAll()
      })
      return reloads
    },
    async stop() {
      stopping = true
      for (const { stop } of workers) stop()
      await Promise.all([...workers].map(({ ended }) => ended))
      await metricsOut.stop()
      log.info('stopped')
      flush()
    },
  }
}

/** None for the first death, then twice the last. */
function pauseAfter(deaths: number): number {
  return deaths === 0 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (deaths - 1))
}

/** Workers that come later must meet the others again, also where none is left: port 0 becomes a number before the first. */
async function findFreePort(host: string): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
