import { setFlagsFromString } from 'node:v8'
import { compress, openFileAccess, utf8 } from '@scaling-mlops/adapters/files'
import { type AddedColumn, createLinesSink, openParquetSink, openParquetSource } from '@scaling-mlops/adapters/parquet'
import type { Task } from '@scaling-mlops/core'
import { scoreColumns } from '@scaling-mlops/core/files'
import { type FilePair, isParquet } from './score-files.ts'
import type { OpenRows } from './score-run.ts'

// decoded columns are large and soon dropped: left alone, the heap grows to several times of what is in use before it is collected
const COLLECT_EARLY = ['--semi-space-growth-factor=1', '--heap-growing-percent=40']

/** Opens a Parquet file, to be scored into another or into NDJSON. */
export async function openColumns({ input, target, compression }: FilePair): Promise<OpenRows> {
  for (const flag of COLLECT_EARLY) setFlagsFromString(flag)
  const source = await openParquetSource(await openFileAccess(input), { stored: isParquet(target) })
  return {
    share: rows => (source.rows === 0 ? undefined : rows / source.rows),
    async score({ manifest, runBatch, explain }, { sink: bytes, ...options }) {
      const sink = isParquet(target)
        ? openParquetSink(bytes, source, addedTo(manifest.task, options.explain ?? 0))
        : createLinesSink(bytes, source, lines => compress(lines, compression))
      const tally = await scoreColumns({
        ...options,
        source,
        sink,
        scorer: { manifest, runBatch, explain },
        text: utf8,
      })
      return { ...tally, sourceBytes: source.byteLength }
    },
  }
}

/** What a score adds to a row of Parquet, as NDJSON names it. */
function addedTo({ kind }: Task, explain: number): AddedColumn[] {
  const prediction = { binary: 'BOOLEAN', multiclass: 'STRING', regression: 'DOUBLE' } as const
  return [
    ...(kind === 'regression' ? [] : [{ name: 'probability', type: 'DOUBLE' } as const]),
    { name: 'prediction', type: prediction[kind] },
    ...(explain === 0 ? [] : [{ name: 'explanation', type: 'JSON' } as const]),
    { name: 'model_version', type: 'INT32' },
    { name: 'error', type: 'STRING' },
  ]
}
