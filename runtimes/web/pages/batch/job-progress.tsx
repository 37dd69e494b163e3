import { count, percent, percentExact, plain } from '@scaling-mlops/adapters/report/format'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { cancelJob, isEnded, type Job, saveJobFile, useJob } from '../../api/jobs.ts'
import { Failure, Loading, sentence } from '../../parts/states.tsx'
import { JobResult } from './job-result.tsx'

/** One job from its upload to its files; a reload comes back to it. */
export function JobProgress({
  id,
  close,
  take,
}: {
  readonly id: string
  readonly close: () => void
  /** Begins anew with a file. */
  readonly take: (file: File) => void
}) {
  const { data: job, error } = useJob(id)
  const queries = useQueryClient()
  const cancel = useMutation({
    mutationFn: () => cancelJob(id),
    onSuccess: cancelled => queries.setQueryData(['job', id], cancelled),
  })
  const save = useMutation({
    mutationFn: ({ of, file }: { of: Job; file: 'result' | 'errors' }) => saveJobFile(of, file),
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
    <>
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
            <button type="button" className="button primary" onClick={() => save.mutate({ of: job, file: 'result' })}>
              Download result
            </button>
          )}
          {isEnded(job) && progress.errors > 0 && (
            <button type="button" className="button" onClick={() => save.mutate({ of: job, file: 'errors' })}>
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
      {job.state === 'done' && <JobResult job={job} take={take} />}
    </>
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

function Tiles({ job: { progress, startedAt, finishedAt, summary } }: { readonly job: Job }) {
  const seconds = startedAt === null || finishedAt === null ? undefined : (finishedAt - startedAt) / 1000
  const tiles: [title: string, value: string, foot?: string][] = [['Rows', count(summary?.rows ?? progress.rows)]]
  if (summary !== undefined) tiles.push(['Scored', count(summary.scored)])
  tiles.push(['Row errors', count(summary?.failed ?? progress.errors)])
  if (summary?.positives !== undefined)
    tiles.push([
      'Above threshold',
      count(summary.positives),
      summary.scored === 0 ? undefined : `${percent(summary.positives / summary.scored)} of the scored`,
    ] as [string, string, string?])
  if (summary?.mean != null)
    tiles.push(['Mean', summary.positives === undefined ? plain(summary.mean) : percentExact(summary.mean)])
  if (seconds !== undefined) tiles.push(['Took', `${plain(seconds)}\u202fs`])
  return (
    <dl className="tiles">
      {tiles.map(([title, value, foot]) => (
        <div className="tile" key={title}>
          <dt>{title}</dt>
          <dd>
            {value}
            {foot !== undefined && <div className="foot">{foot}</div>}
          </dd>
        </div>
      ))}
    </dl>
  )
}
