import { count, percentExact, plain } from '@scaling-mlops/adapters/report/format'
import { barBetween } from '@scaling-mlops/adapters/report/geometry'
import { useQuery } from '@tanstack/react-query'
import type { Job } from '../../api/jobs.ts'
import { XYChart } from '../../charts/xy-chart.tsx'
import { CardBoundary } from '../../parts/boundary.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { Failure, Loading } from '../../parts/states.tsx'
import { toCsv } from './delimited.ts'
import { type RowError, rowErrors, type Scored, scoredRows } from './scored-rows.ts'

const BINS = 20
const TOP = 10
const SHOWN_ERRORS = 50

/** What came out of a job: how the scores lie, the rows with the highest, and what was wrong with the others. */
export function JobResult({ job, take }: { readonly job: Job; readonly take: (file: File) => void }) {
  const hasErrors = job.progress.errors > 0
  const scored = useQuery({
    queryKey: ['scored', job.id],
    queryFn: ({ signal }) => scoredRows(job, signal),
    retry: false,
  })
  const errors = useQuery({
    queryKey: ['row-errors', job.id],
    queryFn: ({ signal }) => rowErrors(job, signal),
    enabled: hasErrors,
    retry: false,
  })
  const failure = scored.error ?? errors.error
  if (failure !== null) return <Failure error={failure} />
  if (scored.data === undefined) return <Loading />
  return (
    <CardBoundary>
      <div className="cards">
        <Histogram scored={scored.data} />
        {hasErrors && errors.data !== undefined && (
          <Errors errors={errors.data} job={job} scored={scored.data} take={take} />
        )}
      </div>
      <TopRows scored={scored.data} />
    </CardBoundary>
  )
}

function Histogram({ scored }: { readonly scored: Scored }) {
  const scores = scored.rows.map(({ score }) => score).filter(Number.isFinite)
  if (scores.length === 0) return null
  const highest = scores.reduce((most, score) => Math.max(most, score))
  const lowest = scores.reduce((least, score) => Math.min(least, score))
  const isShare = lowest >= 0 && highest <= 1
  const [low, high] = isShare ? [0, 1] : [lowest, highest === lowest ? lowest + 1 : highest]
  const edge = (bin: number) => low + ((high - low) * bin) / BINS
  const bins = Array.from({ length: BINS }, () => 0)
  for (const score of scores) {
    const bin = Math.min(BINS - 1, Math.floor(((score - low) / (high - low)) * BINS))
    bins[bin] = (bins[bin] ?? 0) + 1
  }
  const middle = scores.toSorted((a, b) => a - b)[Math.floor(scores.length / 2)] ?? low
  const shown = isShare ? percentExact : plain
  return (
    <XYChart
      title={`Scores${scored.isWhole ? '' : `, of the first ${count(scored.rows.length)} rows`}`}
      sentence={`Half of the rows score below ${shown(middle)}, the highest ${shown(highest)}.`}
      x={{ label: isShare ? 'probability' : 'estimate', domain: [low, high], format: isShare ? axisPercent : plain }}
      y={{ label: 'rows', domain: [0, Math.max(...bins) * 1.05], format: count }}
      series={[]}
      table={
        <DataTable
          name="Scores"
          columns={[
            { title: 'From', cell: ({ bin }) => shown(edge(bin)) },
            { title: 'To', cell: ({ bin }) => shown(edge(bin + 1)) },
            { title: 'Rows', cell: ({ rows }) => count(rows) },
          ]}
          rows={bins.map((rows, bin) => ({ bin, rows }))}
        />
      }
    >
      {frame =>
        bins.map((rows, bin) => (
          <rect key={edge(bin)} className="bar s1" {...barBetween(frame, [edge(bin), edge(bin + 1)], [0, rows])} />
        ))
      }
    </XYChart>
  )
}

function axisPercent(share: number): string {
  return `${Math.round(share * 100)}\u202f%`
}

function TopRows({ scored: { columns, rows, isWhole } }: { readonly scored: Scored }) {
  const top = rows
    .filter(({ score }) => Number.isFinite(score))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, TOP)
  if (top.length === 0) return null
  const isShare = top.every(({ score }) => score >= 0 && score <= 1)
  return (
    <section className="card" aria-label="Highest scores">
      <p className="kind">Highest scores{isWhole ? '' : ` of the first ${count(rows.length)} rows`}</p>
      <DataTable
        name="Highest scores"
        isWide
        columns={[
          { title: 'Row', cell: ({ number }) => count(number) },
          {
            title: isShare ? 'Probability' : 'Estimate',
            cell: ({ score }) => (isShare ? percentExact(score) : plain(score)),
          },
          ...(isShare
            ? [{ title: 'Prediction', text: true, cell: ({ prediction }: { prediction: string }) => prediction }]
            : []),
          ...columns.map((title, at) => ({
            title,
            text: true,
            cell: ({ cells }: { readonly cells: readonly string[] }) => cells[at],
          })),
        ]}
        rows={top}
      />
    </section>
  )
}

function Errors({
  errors,
  job,
  scored,
  take,
}: {
  readonly errors: readonly RowError[]
  readonly job: Job
  readonly scored: Scored
  readonly take: (file: File) => void
}) {
  const byCode = [...Map.groupBy(errors, ({ code, column }) => `${code} ${column}`).values()].toSorted(
    (a, b) => b.length - a.length,
  )
  const failed = scored.rows.filter(({ error }) => error !== '')
  const again = () => {
    const text = toCsv([scored.columns, ...failed.map(({ cells }) => cells)])
    take(
      new File([text], `failed-${job.filename.replace(/\.(csv|ndjson|jsonl)(\.gz)?$/i, '')}.csv`, { type: 'text/csv' }),
    )
  }
  return (
    <section className="card" aria-label="Row errors">
      <p className="kind">Row errors</p>
      <h2 className="say">What was wrong, most frequent first.</h2>
      <DataTable
        name="Row errors by code"
        columns={[
          { title: 'Code', text: true, cell: group => group[0]?.code },
          { title: 'Rows', cell: group => count(group.length) },
          {
            title: 'First of them',
            text: true,
            cell: group => `line ${group[0]?.line}: ${group[0]?.message}`,
          },
        ]}
        rows={byCode.slice(0, SHOWN_ERRORS)}
      />
      {failed.length > 0 && (
        <div className="row">
          <button type="button" className="button" onClick={again}>
            Run {count(failed.length)} failed row{failed.length === 1 ? '' : 's'} again
          </button>
        </div>
      )}
    </section>
  )
}
