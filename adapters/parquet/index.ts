export { createLinesSink } from './lines-sink.ts'
export { type AddedColumn, openParquetSink } from './parquet-sink.ts'
export { openParquetSource, type ParquetSource } from './parquet-source.ts'
