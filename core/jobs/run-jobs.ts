import { CoreError } from '../errors.ts'
import type { Progress } from '../files/score-file.ts'
import type { Clock } from '../ports/clock.ts'
import type { JobQueue } from '../ports/jobs.ts'
import type { Log } from '../ports/log.ts'
import type { Signal } from '../ports/signal.ts'
import type { Timer } from '../ports/timer.ts'
import type { Job, JobProgress, JobSummary, JobTurn } from './job.ts'

/** Scores the file of a job to its end. Rejects with `cancelled` soon after `signal` says so, and can then be called again to go on. */
export type ScoreJob = (
  job: Job,
  turn: {
    readonly resume: Progress | undefined
    readonly signal: Pick<Signal, 'aborted'>
    readonly onProgress: (progress: Progress, bytesRead: number) => void
    readonly checkpoint: (progress: Progress) => void
  },
) => Promise<{ readonly progress: Progress; readonly summary: JobSummary }>

/** Works on jobs, one after another, until the signal; what is then in hand goes on another time. */
export type RunJobs = (signal: Signal) => Promise<void>

type Dependencies = {
  readonly queue: JobQueue
  readonly score: ScoreJob
  readonly clock: Clock
  readonly timer: Timer
  readonly log: Log
}

const LOOK_AGAIN_MS = 250
const REPORT_MS = 250
/** A file that ended its process so often without coming any further would end it for ever. */
const MOST_STARTS = 5

export function createRunJobs({ queue, score, clock, timer, log }: Dependencies): RunJobs {
  return async signal => {
    while (!signal.aborted) {
      try {
        const turn = await queue.next()
        if (turn === undefined) await timer.sleep(LOOK_AGAIN_MS, signal)
        else await work(turn, signal)
      } catch (error) {
        log.error('jobs cannot be worked on', { error })
        await timer.sleep(10 * LOOK_AGAIN_MS, signal)
      }
    }
  }

  async function work({ job, checkpoint: resume, starts }: JobTurn, signal: Signal): Promise<void> {
    const { id, model, version } = job
    if (starts > MOST_STARTS) {
      log.error('job given up', { job: id, model, version, starts })
      const message = `the server ended ${MOST_STARTS} times while it scored this file, each time at the same place`
      return queue.finish(id, { state: 'failed', problem: { code: 'interrupted', message } })
    }
    log.info('job begins', { job: id, model, version, rows: resume?.rows ?? 0 })
    const measure = createMeasure(job, clock)
    let wanted = true
    let reported = Number.NEGATIVE_INFINITY
    let latest = measure(undefined, 0)
    let reports: Promise<void> = Promise.resolve()
    const report = (checkpoint?: Progress): void => {
      reported = clock.monotonic()
      const progress = latest
      reports = reports
        .then(() => queue.report(id, progress, checkpoint))
        .then(answer => {
          wanted = answer
        })
    }
    try {
      const { progress, summary } = await score(job, {
        resume,
        signal: {
          get aborted() {
            return signal.aborted || !wanted
          },
        },
        onProgress(progress, bytesRead) {
          latest = measure(progress, bytesRead)
          if (clock.monotonic() - reported >= REPORT_MS) report()
        },
        checkpoint: report,
      })
      await reports
      await queue.finish(id, {
        state: 'done',
        progress: { ...measure(progress, job.bytes), secondsLeft: 0 },
        summary,
      })
      log.info('job done', { job: id, model, version, rows: summary.rows, failed: summary.failed })
    } catch (error) {
      await reports.catch(() => {})
      if (signal.aborted || !wanted) {
        log.info(wanted ? 'job interrupted' : 'job cancelled', { job: id, model, version })
        return
      }
      const isKnown = error instanceof CoreError
      if (isKnown) log.warn('job failed', { job: id, model, version, reason: error.message })
      else log.error('job failed', { job: id, model, version, error })
      const problem = isKnown
        ? { code: error.code, message: error.message }
        : { code: 'internal', message: 'the server failed at this file; its log knows more under the id of the job' }
      await queue.finish(id, { state: 'failed', problem })
    }
  }
}

/** Turns what the engine says into progress with its speed, measured from the first word of this turn. */
function createMeasure(
  { bytes }: Job,
  clock: Clock,
): (progress: Progress | undefined, bytesRead: number) => JobProgress {
  let first: { readonly at: number; readonly rows: number; readonly bytesRead: number } | undefined
  return (progress, bytesRead) => {
    const { rows = 0, failed = 0 } = progress ?? {}
    if (progress !== undefined) first ??= { at: clock.monotonic(), rows, bytesRead }
    const seconds = first === undefined ? 0 : (clock.monotonic() - first.at) / 1000
    const read = bytesRead - (first?.bytesRead ?? 0)
    return {
      bytesRead,
      rows,
      errors: failed,
      rowsPerSecond: first && seconds > 0 ? Math.round((rows - first.rows) / seconds) : null,
      secondsLeft: seconds > 0 && read > 0 ? Math.max(0, Math.round(((bytes - bytesRead) / read) * seconds)) : null,
    }
  }
}
