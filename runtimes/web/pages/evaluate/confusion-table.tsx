import { count, percentExact } from '@scaling-mlops/adapters/report/format'
import type { Confusion, Report } from '@scaling-mlops/core/evaluation'
import type { CSSProperties } from 'react'

/** Rows by what was said and what was true; percentages are of the row. */
export function ConfusionTable({
  report,
  table,
}: {
  readonly report: Extract<Report, { task: 'binary' }>
  readonly table: Confusion
}) {
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = table
  const cell = (value: number, of: number, words: string, kind: 'hit' | 'miss') => {
    const share = of === 0 ? 0 : value / of
    return (
      <td className={kind} style={{ '--share': `${Math.round(share * 100)}%` } as CSSProperties}>
        <strong>{count(value)}</strong>
        <span>{percentExact(share)}</span>
        <small>{words}</small>
      </td>
    )
  }
  const [positives, negatives] = [truePositives + falseNegatives, falsePositives + trueNegatives]
  return (
    <section className="card">
      <p className="kind">Confusion table</p>
      <h2 className="say">
        Of {count(positives)} {report.target} = {report.positive} rows, {count(truePositives)} are found.
      </h2>
      <table className="confusion">
        <thead>
          <tr>
            <td />
            <th scope="col">said {report.positive}</th>
            <th scope="col">said {report.negative}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">
              was {report.positive}
              <small>{count(positives)} rows</small>
            </th>
            {cell(truePositives, positives, 'found', 'hit')}
            {cell(falseNegatives, positives, 'missed', 'miss')}
          </tr>
          <tr>
            <th scope="row">
              was {report.negative}
              <small>{count(negatives)} rows</small>
            </th>
            {cell(falsePositives, negatives, 'false alarm', 'miss')}
            {cell(trueNegatives, negatives, 'left alone', 'hit')}
          </tr>
        </tbody>
      </table>
    </section>
  )
}
