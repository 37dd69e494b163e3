import { count, figure, percent, percentExact } from '@scaling-mlops/adapters/report/format'
import { type Costs, costOf, f1, precision, recall } from '@scaling-mlops/core/evaluation'
import { CostInputs } from './cost-inputs.tsx'
import { type BinaryPart, className, flagged } from './shared-threshold.ts'

/** What the threshold does to the judged rows, and what that costs. */
export function DecisionsCard({
  report,
  shared: { threshold, now },
  costs,
  setCosts,
}: BinaryPart & { readonly costs: Costs; readonly setCosts: (costs: Costs) => void }) {
  return (
    <section className="card">
      <p className="kind">Decisions at {threshold.toFixed(2)}</p>
      <h2 className="say">
        {percent(flagged(now, report))} of the rows are flagged;{' '}
        {Number.isFinite(precision(now)) ? `${percent(precision(now))} of those are ${className(report)}` : 'none'}.
      </h2>
      <dl className="tiles">
        {[
          ['Precision', percentOr(precision(now))],
          ['Recall', percentOr(recall(now))],
          ['F1', figure(f1(now))],
          ['Accuracy', percentExact((now.truePositives + now.trueNegatives) / report.data.rows)],
          ['Cost', count(Math.round(costOf(now, costs)))],
        ].map(([title, value]) => (
          <div className="tile" key={title}>
            <dt>{title}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <CostInputs costs={costs} set={setCosts} />
    </section>
  )
}

export function percentOr(value: number): string {
  return Number.isFinite(value) ? percentExact(value) : '–'
}
