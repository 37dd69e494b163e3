import { count, figure, percentExact, plain } from '@scaling-mlops/adapters/report/format'
import type { FeatureTable } from '@scaling-mlops/core'
import { METRICS, type Report } from '@scaling-mlops/core/evaluation'
import { labelOf, titleOf } from '../../form/field-rules.ts'
import { DataTable } from '../../parts/data-table.tsx'

type Part = { readonly report: Report; readonly table: FeatureTable }

/** What the model loses when a field's values are dealt out at random. */
export function Importance({ report, table }: Part) {
  const { importance, coefficients = [] } = report
  if (importance.length === 0) return null
  const most = Math.max(...importance.map(({ loss }) => loss), 1e-12)
  return (
    <>
      <section className="card">
        <p className="kind">Importance</p>
        <h2 className="say">
          Without{' '}
          {importance
            .slice(0, 2)
            .map(({ feature }) => nameOf(table, feature))
            .join(' or ')}{' '}
          the model would lose most.
        </h2>
        <ul className="bars">
          {importance.slice(0, 12).map(({ feature, loss }) => (
            <li key={feature} className="ends">
              <span>{nameOf(table, feature)}</span>
              <svg aria-hidden="true">
                <rect
                  className="bar s1"
                  x="0"
                  y="2"
                  width={`${(Math.max(0, loss) / most) * 100}%`}
                  height="12"
                  rx="2"
                />
              </svg>
              <span className="amount">{figure(loss)}</span>
            </li>
          ))}
        </ul>
        <p className="small muted">Loss of {METRICS[report.quality].title} when the field is shuffled.</p>
      </section>
      {coefficients.map(({ class: name, columns, intercept }) => (
        <section className="card" key={name ?? 'all'}>
          <p className="kind">Coefficients{name === undefined ? '' : ` of ${name}`}</p>
          <h2 className="say">What each column weighs, largest first; the intercept is {plain(intercept)}.</h2>
          <DataTable
            name="Coefficients"
            columns={[
              { title: 'Column', text: true, cell: ({ column }) => columnName(table, column) },
              { title: 'Weight', cell: ({ value }) => figure(value) },
              ...(report.task === 'regression'
                ? []
                : [
                    {
                      title: 'Odds ratio',
                      cell: ({ oddsRatio }: { oddsRatio?: number }) =>
                        oddsRatio === undefined ? '–' : plain(oddsRatio),
                    },
                  ]),
            ]}
            rows={columns.toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value))}
          />
        </section>
      ))}
    </>
  )
}

/** Groups of rows judged on their own, worst first. */
export function Slices({ report, table }: Part) {
  const worst = report.quality === 'rmse' ? -1 : 1
  const judged = report.slices
    .filter(({ quality }) => quality !== undefined)
    .toSorted((a, b) => worst * ((a.quality ?? 0) - (b.quality ?? 0)))
  if (judged.length === 0) return null
  return (
    <section className="card">
      <p className="kind">Slices</p>
      <h2 className="say">
        It does worst where {nameOf(table, judged[0]?.feature ?? '')} is{' '}
        {labelIn(table, judged[0]?.feature ?? '', judged[0]?.value ?? '')}.
      </h2>
      <DataTable
        name="Slices, worst first"
        columns={[
          {
            title: 'Slice',
            text: true,
            cell: slice => `${nameOf(table, slice.feature)} = ${labelIn(table, slice.feature, slice.value)}`,
          },
          { title: 'Rows', cell: slice => count(slice.rows) },
          { title: 'Actual', cell: slice => shown(report, slice.actual) },
          { title: 'Predicted', cell: slice => shown(report, slice.predicted) },
          { title: METRICS[report.quality].title, cell: slice => figure(slice.quality ?? Number.NaN) },
        ]}
        rows={judged}
      />
      <p className="small muted">Slices of fewer than 50 rows say too little and are left out.</p>
    </section>
  )
}

function shown({ task }: Report, value: number | undefined): string {
  if (value === undefined) return '–'
  return task === 'regression' ? plain(value) : percentExact(value)
}

function nameOf(table: FeatureTable, name: string): string {
  const found = table.find(feature => feature.name === name)
  return found === undefined ? name : titleOf(found)
}

function labelIn(table: FeatureTable, name: string, value: string): string {
  const found = table.find(feature => feature.name === name)
  return found?.kind === 'category' ? labelOf(found, value) : value
}

/** A column of the graph as people read it: `contract=two_year` is of a category. */
function columnName(table: FeatureTable, column: string): string {
  const [name = column, ...value] = column.split('=')
  return value.length === 0 ? nameOf(table, name) : `${nameOf(table, name)} = ${labelIn(table, name, value.join('='))}`
}
