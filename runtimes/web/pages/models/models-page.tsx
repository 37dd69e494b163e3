import { count, figure } from '@scaling-mlops/adapters/report/format'
import { METRICS, type Report } from '@scaling-mlops/core/evaluation'
import { Link } from 'wouter'
import { pagePath, useModels, useReport } from '../../api/models.ts'
import { Failure, Loading, PageHead } from '../../parts/states.tsx'
import { NoModels } from './no-models.tsx'

const FIRST_METRIC = { binary: 'auc', multiclass: 'accuracy', regression: 'r2' } as const satisfies Record<
  Report['task'],
  string
>

/** All that is served. */
export default function ModelsPage() {
  const { data: models, error } = useModels()
  if (error) return <Failure error={error} />
  if (models === undefined) return <Loading />
  if (models.length === 0) return <NoModels />
  return (
    <>
      <PageHead title="Models">
        <Link href="/calls">API</Link>
      </PageHead>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className="card scroll" aria-label="Models" tabIndex={0}>
        <table>
          <thead>
            <tr>
              {['Name', 'Serving', 'Versions', 'Quality', 'Judged by', 'Pages'].map(title => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {models.map(({ name, serving, versions }) => (
              <tr key={name}>
                <th scope="row">
                  <Link href={pagePath({ name, version: undefined }, 'predict')}>{name}</Link>
                </th>
                <td>version {serving}</td>
                <td>
                  {versions.map(version => (
                    <span key={version}>
                      <Link href={pagePath({ name, version }, 'predict')} aria-label={`${name}, version ${version}`}>
                        {version}
                      </Link>{' '}
                    </span>
                  ))}
                </td>
                <Quality name={name} />
                <td>
                  <Link href={pagePath({ name, version: undefined }, 'evaluate')} aria-label={`Evaluate ${name}`}>
                    Evaluate
                  </Link>{' '}
                  ·{' '}
                  <Link href={pagePath({ name, version: undefined }, 'card')} aria-label={`Card of ${name}`}>
                    Card
                  </Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  )
}

function Quality({ name }: { readonly name: string }) {
  const { data: report } = useReport({ name, version: undefined })
  if (report === undefined)
    return (
      <>
        <td className="muted">no report</td>
        <td />
      </>
    )
  const metric = FIRST_METRIC[report.task]
  const value = report.metrics[metric]?.value
  return (
    <>
      <td>
        {METRICS[metric].title} {value === undefined ? '–' : figure(value)}
      </td>
      <td>
        {count(report.data.rows)} rows of {report.data.name}
      </td>
    </>
  )
}
