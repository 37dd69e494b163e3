import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { openJobFiles } from '@scaling-mlops/adapters/files'
import type { JobDoor } from '@scaling-mlops/adapters/http'
import { systemTimer } from '@scaling-mlops/adapters/memory'
import { openSqliteJobs, takeFileLock } from '@scaling-mlops/adapters/sqlite'
import type { Clock, Log, ModelRepository, Signal } from '@scaling-mlops/core'
import { createRunJobs, type JobQueue } from '@scaling-mlops/core/jobs'
import { ConfigurationError } from '../configuration/read-configuration.ts'
import type { Configuration } from '../configuration/settings.ts'
import { createScoreJob } from '../files/score-job.ts'

/** The jobs of this process: their door for HTTP, and the loop that works on them. */
export type FileJobs = {
  readonly door: JobDoor
  /** Works on jobs until the signal, in one process of a machine at a time; the others wait to take its place. */
  run(signal: Signal): Promise<void>
  close(): void
}

type Dependencies = { readonly repository: ModelRepository; readonly log: Log; readonly clock: Clock }

const TAKE_OVER_MS = 1_000
const SWEEP_MS = 3_600_000

/** Opens the jobs kept in DATA_DIR. Rejects with a ConfigurationError where they cannot be kept there. */
export async function openJobs(
  dataDir: string,
  { keepResultsDays, jobThreads, workers }: Configuration,
  { repository, log, clock }: Dependencies,
): Promise<FileJobs> {
  const folder = join(dataDir, 'jobs')
  const { jobs, queue, close } = open(join(dataDir, 'jobs.db'), clock)
  const files = openJobFiles(folder, clock.now)
  const threads = jobThreads === 'auto' ? Math.max(1, availableParallelism() - workers) : jobThreads
  const score = createScoreJob({ repository, files, threads })
  const work = createRunJobs({ queue, score, clock, timer: systemTimer, log })
  const sweep = async (queue: JobQueue): Promise<void> =>
    files.sweep(await queue.forget(clock.now() - keepResultsDays * 86_400_000))

  return {
    door: { jobs, files },
    async run(signal) {
      while (!signal.aborted) {
        using lock = takeFileLock(join(dataDir, 'jobs.lock'))
        if (lock === undefined) {
          await systemTimer.sleep(TAKE_OVER_MS, signal)
          continue
        }
        const clean = (): void => void sweep(queue).catch(error => log.error('old jobs cannot be removed', { error }))
        clean()
        const stop = systemTimer.every(SWEEP_MS, clean)
        await work(signal)
        stop()
      }
    },
    close,
  }
}

function open(path: string, clock: Clock) {
  try {
    return openSqliteJobs(path, clock)
  } catch (error) {
    throw new ConfigurationError([
      `DATA_DIR: jobs cannot be kept in "${path}": ${(error as Error).message}; name a writable folder`,
    ])
  }
}
