export type { JobQueue, Jobs } from '../ports/jobs.ts'
export {
  isEnded,
  type Job,
  type JobEnding,
  type JobOptions,
  type JobOrder,
  type JobProblem,
  type JobProgress,
  type JobState,
  type JobSummary,
  type JobTurn,
} from './job.ts'
export { createRunJobs, type RunJobs, type ScoreJob } from './run-jobs.ts'
