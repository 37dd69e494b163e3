export { takeFileLock } from './file-lock.ts'
export { type JobFile, openJobFile } from './job-file.ts'
export { openSqliteJobs, type SqliteJobs } from './sqlite-jobs.ts'
export { openSqliteStreams, type SqliteStreams, type SqliteStreamsOptions } from './sqlite-streams.ts'
