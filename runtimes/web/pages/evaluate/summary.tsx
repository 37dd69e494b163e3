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
    <>
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
                <div className="foot">
                  {metric.interval !== undefined &&
                    `95 % ${figure(metric.interval[0])} – ${figure(metric.interval[1])}`}
                  {metric.baseline !== undefined && ` · without features ${figure(metric.baseline)}`}
                </div>
              </dd>
            </div>,
          ]
        })}
        <div className="tile">
          <dt>Judged by</dt>
          <dd>
            {count(report.data.rows)} <span className="foot">rows of {report.data.name}</span>
          </dd>
        </div>
      </dl>
      {folds !== undefined && (
        <p className="small muted">
          {folds.scores.length}-fold cross-validation: {METRICS[folds.metric].title} {figure(folds.mean)} ±{' '}
          {figure(folds.standardDeviation)}
        </p>
      )}
    </>
  )
}
