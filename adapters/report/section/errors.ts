import type { Report } from '@scaling-mlops/core/evaluation'
import { card, chapter, dataTable, grid } from '../card.ts'
import { barBetween, createFrame, linePath } from '../chart/geometry.ts'
import { axes, path, picture, rectangle } from '../chart/parts.ts'
import { count, figure, percent, plain } from '../format.ts'
import { type Html, html } from '../html.ts'

type RegressionReport = Extract<Report, { task: 'regression' }>

/** How far estimates of a number are off, and where. */
export function errorsChapter(report: RegressionReport): Html {
  return chapter(
    'errors',
    'Errors',
    `How far the estimates of ${report.target} are off.`,
    grid(scatterCard(report), residualCard(report)),
  )
}

function scatterCard(report: RegressionReport): Html {
  const { scatter, target, unit } = report
  const values = scatter.flat()
  const domain = [Math.min(...values), Math.max(...values)] as const
  const sentence = `Points on the line are exact; the typical distance to it is ${figure(report.metrics.rmse?.value ?? 0)}${unit === undefined ? '' : ` ${unit}`} (RMSE).`
  const frame = createFrame({ x: domain, y: domain, margin: { left: 54 } })
  return card({
    kind: 'Estimated and actual',
    sentence,
    content: picture(
      frame,
      'Estimated over actual values',
      sentence,
      html`${axes(frame, { label: `actual ${unit ?? target}`, format: plain }, { label: 'estimated', format: plain })}${path(
        linePath(frame, [
          [domain[0], domain[0]],
          [domain[1], domain[1]],
        ]),
        'line reference',
      )}${scatter.map(
        ([actual, predicted]) =>
          html`<circle class="speck s1" cx="${frame.x(actual)}" cy="${frame.y(predicted)}" r="2.6"/>`,
      )}`,
    ),
    numbers: dataTable(
      'Estimated and actual values',
      [
        { title: 'Actual', cell: point => plain(point[0]) },
        { title: 'Estimated', cell: point => plain(point[1]) },
      ],
      scatter,
    ),
  })
}

function residualCard(report: RegressionReport): Html {
  const {
    edges,
    counts: [bins = []],
  } = report.residuals
  const over = bins.reduce((sum, rows, bin) => sum + ((edges[bin] ?? 0) >= 0 ? rows : 0), 0)
  const sentence = `About ${percent(over / Math.max(1, report.data.rows))} of the rows are estimated too high.`
  const frame = createFrame({
    x: [edges[0] ?? 0, edges.at(-1) ?? 1],
    y: [0, Math.max(1, ...bins)],
    margin: { left: 50 },
  })
  return card({
    kind: 'Errors',
    sentence,
    content: picture(
      frame,
      'Distribution of errors',
      sentence,
      html`${axes(frame, { label: 'estimated − actual', format: plain }, { label: 'rows', format: count })}${bins.map(
        (rows, bin) =>
          rectangle(
            barBetween(frame, [edges[bin] ?? 0, edges[bin + 1] ?? 0], [0, rows]),
            (edges[bin] ?? 0) >= 0 ? 'bar s2' : 'bar s1',
          ),
      )}`,
    ),
    numbers: dataTable(
      'Distribution of errors',
      [
        { title: 'From', cell: bin => plain(edges[bin] ?? 0) },
        { title: 'To', cell: bin => plain(edges[bin + 1] ?? 0) },
        { title: 'Rows', cell: bin => count(bins[bin] ?? 0) },
      ],
      bins.map((_, bin) => bin),
    ),
  })
}
