import type { Progress } from '../files/score-file.ts'
import type { Job, JobEnding, JobOrder, JobProgress, JobTurn } from '../jobs/job.ts'

/** The jobs as those see them who order them. */
export type Jobs = {
  /** Takes an order, on the disk when this resolves. Where there is a job of the same key, that one is answered and nothing is taken. */
  add(order: JobOrder, key: string | undefined): Promise<{ readonly job: Job; readonly isNew: boolean }>
  find(by: { readonly id: string } | { readonly key: string }): Promise<Job | undefined>
  /** The newest first. */
  list(limit: number): Promise<readonly Job[]>
  /** Ends a job that has not ended; answers it as it then is, or undefined where there is none. */
  cancel(id: string): Promise<Job | undefined>
}

/** The jobs as the one process sees them that works on them. */
export type JobQueue = {
  /** The job that is to be worked on: one that was interrupted, else the oldest that waits; running from now on. */
  next(): Promise<JobTurn | undefined>
  /** Notes how far the job is, and a place to go on from where there is one. Answers false once it is not wanted any more. */
  report(id: string, progress: JobProgress, checkpoint?: Progress): Promise<boolean>
  /** Ends a job, unless it was cancelled. */
  finish(id: string, ending: JobEnding): Promise<void>
  /** Forgets jobs that ended before that time, and answers the ids of all that are left. */
  forget(before: number): Promise<ReadonlySet<string>>
}
