import type { FileFormat } from '../files/plan.ts'
import type { Progress } from '../files/score-file.ts'

/** A file that is scored in the background, kept with all that is known of it. Times in milliseconds since 1970. */
export type Job = JobOrder & {
  readonly state: JobState
  readonly createdAt: number
  readonly startedAt: number | null
  readonly finishedAt: number | null
  readonly progress: JobProgress
  /** Of a job that is done. */
  readonly summary?: JobSummary
  /** Of one that failed. */
  readonly problem?: JobProblem
  /** Grows with every change of the job. */
  readonly revision: number
}

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'

/** What is wanted of a file that has arrived in whole. */
export type JobOrder = {
  readonly id: string
  readonly model: string
  readonly version: number
  /** As its sender calls it. */
  readonly filename: string
  readonly format: FileFormat
  /** Of the file as it arrived, compressed or not. */
  readonly bytes: number
  readonly options: JobOptions
}

export type JobOptions = {
  /** The model's name for columns that the file calls otherwise. */
  readonly map?: Readonly<Record<string, string>>
  /** The column that names rows in the errors file. */
  readonly id?: string
  /** Contributions that each row gains. */
  readonly explain?: number
  /** Rows that may fail; without it 100, or 1 % where that is more. */
  readonly maxErrors?: number
}

export type JobProgress = {
  readonly bytesRead: number
  readonly rows: number
  readonly errors: number
  /** Since the job was last begun or gone on with; null until that is known. */
  readonly rowsPerSecond: number | null
  readonly secondsLeft: number | null
}

export type JobSummary = {
  readonly rows: number
  readonly scored: number
  readonly failed: number
  /** Of the probabilities, or of the values of a regression; null of several classes, or where nothing was scored. */
  readonly mean: number | null
  /** Rows at or above the threshold, of a binary task. */
  readonly positives?: number
}

export type JobProblem = { readonly code: string; readonly message: string }

/** How a job ends. */
export type JobEnding =
  | { readonly state: 'done'; readonly progress: JobProgress; readonly summary: JobSummary }
  | { readonly state: 'failed'; readonly problem: JobProblem }

/** A job that is to be begun or gone on with. */
export type JobTurn = {
  readonly job: Job
  /** Where an earlier turn was interrupted, if it came that far. */
  readonly checkpoint: Progress | undefined
  /** Turns since the last checkpoint, this one included. */
  readonly starts: number
}

export function isEnded({ state }: Pick<Job, 'state'>): boolean {
  return state !== 'queued' && state !== 'running'
}
