import { METRICS, type Report } from '@scaling-mlops/core/evaluation'
import { card, chapter, dataTable, grid } from '../card.ts'
import { barBetween, createFrame } from '../chart/geometry.ts'
import { picture, rectangle } from '../chart/parts.ts'
import { count, cut, decimals, figure, plain } from '../format.ts'
import { type Html, html } from '../html.ts'
import type { Names } from '../names.ts'

type CoefficientTable = NonNullable<Report['coefficients']>[number]
type Coefficient = CoefficientTable['columns'][number]

/** What the model leans on: permutation importance and, of a linear model, its weights. */
export function importanceChapter(report: Report, names: Names): Html | undefined {
  const tables = report.coefficients ?? []
  if (report.importance.length === 0 && tables.length === 0) return undefined
  return chapter(
    'importance',
    'What the model leans on',
    'Associations the model has learned, which need not be causes.',
    grid(
      report.importance.length === 0 ? undefined : importanceCard(report, names),
      ...tables.map(table => coefficientCard(report, table, names)),
    ),
  )
}

const MOST_BARS = 20

function importanceCard(report: Report, names: Names): Html {
  const { title } = METRICS[report.quality]
  const top = report.importance.slice(0, MOST_BARS)
  const first = top[0]
  const change = report.quality === 'rmse' ? 'rises' : 'falls'
  const sentence =
    first === undefined
      ? ''
      : `Dealing out ${names.feature(first.feature)} at random costs most: ${title} ${change} by ${figure(first.loss)}.`
  const [rowHeight, labels] = [21, 128]
  const low = Math.min(0, ...top.map(entry => entry.loss))
  const high = Math.max(1e-12, ...top.map(entry => entry.loss + entry.standardDeviation))
  const height = top.length * rowHeight + 4
  const frame = createFrame({
    x: [low, high],
    y: [top.length, 0],
    height,
    margin: { left: labels, right: 46, top: 2, bottom: 2 },
  })
  return card({
    kind: 'Permutation importance',
    sentence,
    content: picture(
      frame,
      'Permutation importance',
      sentence,
      html`${top.map((entry, index) => {
        const middle = frame.top + (index + 0.5) * rowHeight
        const bar = barBetween(frame, [Math.min(0, entry.loss), Math.max(0, entry.loss)], [0, 1], 0)
        return html`<text class="label" x="${labels - 8}" y="${middle + 4}" text-anchor="end">${cut(names.feature(entry.feature))}<title>${names.feature(entry.feature)}</title></text>${rectangle({ ...bar, y: middle - 6, height: 12 }, 'bar s1')}<line class="whisker" x1="${frame.x(entry.loss - entry.standardDeviation)}" x2="${frame.x(entry.loss + entry.standardDeviation)}" y1="${middle}" y2="${middle}"/><text class="note" x="${Math.max(frame.x(entry.loss + entry.standardDeviation), frame.x(0)) + 5}" y="${middle + 4}">${decimals(entry.loss)}</text>`
      })}<line class="axis" x1="${frame.x(0)}" x2="${frame.x(0)}" y1="2" y2="${height - 2}"/>`,
    ),
    numbers: dataTable(
      'Permutation importance',
      [
        { title: 'Feature', text: true, cell: entry => names.feature(entry.feature) },
        { title: `Loss of ${title}`, cell: entry => figure(entry.loss) },
        { title: '±', cell: entry => figure(entry.standardDeviation) },
      ],
      report.importance,
    ),
  })
}

/** Weights as bars around zero, heaviest first: of numbers per standard deviation, of categories as they are, so that lengths compare. */
function coefficientCard(report: Report, table: CoefficientTable, names: Names): Html {
  const weight = (coefficient: Coefficient) => coefficient.perDeviation ?? coefficient.value
  const sorted = table.columns.toSorted((a, b) => Math.abs(weight(b)) - Math.abs(weight(a)))
  const first = sorted[0]
  const most = Math.max(1e-12, ...sorted.map(coefficient => Math.abs(weight(coefficient))))
  const outcome = table.class ?? (report.task === 'binary' ? report.positive : report.target)
  const direction = first === undefined ? '' : weight(first) < 0 ? 'lowers' : 'raises'
  const sentence =
    first === undefined
      ? ''
      : `${names.column(first.column, first.feature)} ${direction} ${report.task === 'regression' ? report.target : `the odds of ${report.target}\u00a0=\u00a0${outcome}`} most${first.oddsRatio === undefined ? '' : first.perDeviation === undefined ? `: by a factor of ${first.oddsRatio.toFixed(2)}` : `: by a factor of ${Math.exp(first.perDeviation).toFixed(2)} for each standard deviation`}.`
  return card({
    kind: `Weights${table.class === undefined ? '' : ` · ${table.class}`} · intercept ${figure(table.intercept)}`,
    sentence,
    wide: true,
    content: html`<div class="tall">${dataTable(
      table.class === undefined ? 'Weights' : `Weights of ${table.class}`,
      [
        { title: 'Column', text: true, cell: coefficient => names.column(coefficient.column, coefficient.feature) },
        { title: 'Lowers · raises', cell: coefficient => bar(weight(coefficient) / most) },
        { title: 'Weight', cell: coefficient => plain(coefficient.value) },
        {
          title: 'Per deviation',
          cell: coefficient => (coefficient.perDeviation === undefined ? '' : figure(coefficient.perDeviation)),
        },
        ...(report.task === 'regression'
          ? []
          : [
              {
                title: 'Odds ratio',
                cell: (coefficient: Coefficient) => oddsText(coefficient.oddsRatio ?? Number.NaN),
              },
            ]),
        { title: 'Rows', cell: coefficient => (coefficient.rows === undefined ? '' : count(coefficient.rows)) },
      ],
      sorted,
    )}</div><p class="foot">Bars show a number's weight per standard deviation, a category's as it is. An odds ratio of 2 doubles the odds for one unit more, or for having the value.</p>`,
  })
}

/** A bar from the middle to the left (lowers) or to the right (raises). */
function bar(share: number): Html {
  const frame = createFrame({
    x: [-1, 1],
    y: [0, 1],
    width: 120,
    height: 12,
    margin: { left: 1, right: 1, top: 1, bottom: 1 },
  })
  const shape = barBetween(frame, [Math.min(0, share), Math.max(0, share)], [0, 1], 0)
  return html`<svg class="inline" viewBox="0 0 120 12" aria-hidden="true">${rectangle(shape, share < 0 ? 'bar s3' : 'bar s2')}<line class="axis" x1="60" x2="60" y1="0" y2="12"/></svg>`
}

/** Near 1 an odds ratio needs more digits to say anything: 1.0003 a unit can be much over a thousand units. */
function oddsText(ratio: number): string {
  return Math.abs(ratio - 1) < 0.01 ? ratio.toFixed(5) : ratio >= 1000 ? plain(ratio) : ratio.toFixed(3)
}
