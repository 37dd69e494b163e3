import { count, percent, plain } from '@scaling-mlops/adapters/report/format'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { cancelJob, isEnded, type Job, saveJobFile, useJob } from '../../api/jobs.ts'
import { Failure, Loading, sentence } from '../../parts/states.tsx'

/** One job from its upload to its files; a reload comes back to it. */
export function JobProgress({ id, close }: { readonly id: string; readonly close: () => void }) {
  const { data: job, error } = useJob(id)
  const queries = useQueryClient()
  const cancel = useMutation({
    mutationFn: () => cancelJob(id),
    onSuccess: cancelled => queries.setQueryData(['job', id], cancelled),
  })
  const save = useMutation({
    mutationFn: ({ file, name }: { file: 'result' | 'errors'; name: string }) => saveJobFile(id, file, name),
  })
  if (error !== null)
    return (
      <Failure error={error}>
        <button type="button" className="button" onClick={close}>
          Another file
        </button>
      </Failure>
    )
  if (job === undefined) return <Loading />
  const { progress } = job
  const share = job.bytes === 0 ? 0 : Math.min(1, progress.bytesRead / job.bytes)
  const problem = cancel.error ?? save.error
  return (
    <section className="card" aria-labelledby="job-title">
      <h2 id="job-title">
        {job.filename}: {STATES[job.state]}
      </h2>
      {!isEnded(job) && (
        <>
          <progress value={share} max={1} aria-label={`Progress of ${job.filename}`} />
          <p className="muted">
            {percent(share)} · {count(progress.rows)} rows
            {progress.rowsPerSecond !== null && ` · ${count(Math.round(progress.rowsPerSecond))} rows a second`}
            {progress.secondsLeft !== null && ` · ${count(Math.ceil(progress.secondsLeft))} s left`} ·{' '}
            {count(progress.errors)} row errors
          </p>
        </>
      )}
      {job.problem !== undefined && (
        <p className="notice bad" role="alert">
          {sentence(job.problem.message)}
        </p>
      )}
      {isEnded(job) && <Tiles job={job} />}
      {problem !== null && <Failure error={problem} />}
      <div className="row">
        {job.state === 'done' && (
          <button
            type="button"
            className="button primary"
            onClick={() => save.mutate({ file: 'result', name: `scored-${job.filename}` })}
          >
            Download result
          </button>
        )}
        {isEnded(job) && progress.errors > 0 && (
          <button
            type="button"
            className="button"
            onClick={() => save.mutate({ file: 'errors', name: `errors-${job.filename}.ndjson` })}
          >
            Download errors
          </button>
        )}
        {isEnded(job) ? (
          <button type="button" className="button" onClick={close}>
            Another file
          </button>
        ) : (
          <button type="button" className="button" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
            Cancel
          </button>
        )}
      </div>
    </section>
  )
}

export const STATES: Readonly<Record<Job['state'], string>> = {
  uploading: 'arriving',
  queued: 'waiting for its turn',
  running: 'being scored',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
}

function Tiles({ job: { progress, startedAt, finishedAt, summary = {} } }: { readonly job: Job }) {
  const seconds = startedAt === null || finishedAt === null ? undefined : (finishedAt - startedAt) / 1000
  const figures = Object.entries(summary).filter((entry): entry is [string, number] => typeof entry[1] === 'number')
  const tiles: readonly (readonly [string, string])[] = [
    ['Rows', count(progress.rows)],
    ['Row errors', count(progress.errors)],
    ...(seconds === undefined ? [] : ([['Seconds', plain(seconds)]] as const)),
    ...figures
      .filter(([name]) => !['rows', 'errors', 'seconds'].includes(name))
      .map(([name, value]) => [wordsOf(name), plain(value)] as const),
  ]
  return (
    <dl className="tiles">
      {tiles.map(([title, value]) => (
        <div className="tile" key={title}>
          <dt>{title}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** `meanScore` → `Mean score`. */
function wordsOf(name: string): string {
  const words = name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
