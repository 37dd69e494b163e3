export { takeFileLock } from './file-lock.ts'
export { openSqliteFeedback } from './sqlite-feedback.ts'
export { openSqliteJobs, type SqliteJobs } from './sqlite-jobs.ts'
export { openSqliteStreams, type SqliteStreams, type SqliteStreamsOptions } from './sqlite-streams.ts'
