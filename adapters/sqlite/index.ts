export { takeFileLock } from './file-lock.ts'
export { openSqliteFeedback } from './sqlite-feedback.ts'
export { openSqliteJobs, type SqliteJobs } from './sqlite-jobs.ts'
export {
  createSqliteStreams,
  openSqliteStreams,
  openStreamsStore,
  type SqliteStreams,
  type SqliteStreamsOptions,
  type StreamsStore,
} from './sqlite-streams.ts'
