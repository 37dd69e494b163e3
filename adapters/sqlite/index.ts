export { openSqliteStreams, type SqliteStreams, type SqliteStreamsOptions } from './sqlite-streams.ts'
