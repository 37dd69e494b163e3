import { count, figure } from '@scaling-mlops/adapters/report/format'
import { METRICS, type MetricName, type Report } from '@scaling-mlops/core/evaluation'

const SHOWN: Readonly<Record<Report['task'], readonly MetricName[]>> = {
  binary: ['auc', 'prAuc', 'logLoss', 'brier', 'accuracy'],
  multiclass: ['accuracy', 'logLoss', 'auc', 'macroF1'],
  regression: ['r2', 'rmse', 'mae'],
}

/** Each metric with its interval and what would be reached without features. */
export function Summary({ report }: { readonly report: Report }) {
  const { crossValidation: folds } = report
  return (
    <dl className="tiles">
      {SHOWN[report.task].flatMap(name => {
        const metric = report.metrics[name]
        if (metric === undefined) return []
        const { title, better } = METRICS[name]
        return [
          <div className="tile" key={name}>
            <dt>
              {title} {better === 'higher' ? '▲' : '▼'}
              <span className="hidden"> {better} is better</span>
            </dt>
            <dd>
              {figure(metric.value)}
              {metric.interval !== undefined && (
                <div className="foot">
                  95 % between {figure(metric.interval[0])} and {figure(metric.interval[1])}
                </div>
              )}
              {metric.baseline !== undefined && <div className="foot">without features {figure(metric.baseline)}</div>}
            </dd>
          </div>,
        ]
      })}
      <div className="tile">
        <dt>Judged by</dt>
        <dd>
          {count(report.data.rows)}
          <div className="foot">rows of {report.data.name}</div>
          {folds !== undefined && (
            <div className="foot">
              {folds.scores.length} folds: {METRICS[folds.metric].title} {figure(folds.mean)} ±{' '}
              {figure(folds.standardDeviation)}
            </div>
          )}
        </dd>
      </div>
    </dl>
  )
}
