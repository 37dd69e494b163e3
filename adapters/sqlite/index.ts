export { type JobFile, openJobFile } from './job-file.ts'
export { openSqliteStreams, type SqliteStreams, type SqliteStreamsOptions } from './sqlite-streams.ts'
