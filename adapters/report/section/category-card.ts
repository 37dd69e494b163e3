import type { CategoryProfile, DataProfile, Report } from '@scaling-mlops/core/evaluation'
import { card, dataTable } from '../card.ts'
import { barBetween, createFrame } from '../chart/geometry.ts'
import { picture, rectangle } from '../chart/parts.ts'
import { count, counted, cut, figure, percent, percentExact, signed } from '../format.ts'
import { type Html, html } from '../html.ts'
import type { Names } from '../names.ts'
import { positiveName } from './ranking.ts'

const MOST_VALUES = 12

/** A category of the training rows: the rate of each value beside that of all rows, highest first. */
export function categoryCard(feature: CategoryProfile, profile: DataProfile, report: Report, names: Names): Html {
  const title = names.feature(feature.feature)
  const values = feature.values.toSorted((a, b) => (b.rate ?? b.rows) - (a.rate ?? a.rows))
  const drawn = values.slice(0, MOST_VALUES)
  const label = (value: string) => names.value(feature.feature, value)
  const top = values[0]
  const rate = profile.rate
  const sentence =
    top === undefined
      ? ''
      : report.task === 'binary' && top.rate !== undefined && rate !== undefined
        ? `${percent(top.rate)} of the ${title}\u00a0=\u00a0${label(top.value)} rows have ${positiveName(report)}, of all rows ${percent(rate)}.`
        : report.task === 'regression' && top.rate !== undefined && rate !== undefined
          ? `${label(top.value)} has the highest mean ${report.target}, ${figure(top.rate)}, where all rows have ${figure(rate)}.`
          : `${label(top.value)} is the most frequent value, ${percent(top.rows / feature.rows)} of the rows.`
  const share = (value: (typeof values)[number]) => value.rate ?? value.rows / feature.rows
  const low = Math.min(0, ...drawn.map(share))
  const high = Math.max(1e-12, rate ?? 0, ...drawn.map(share))
  const number = (value: number) => (report.task === 'regression' ? figure(value) : percent(value))
  const [rowHeight, labels] = [30, 128]
  const height = drawn.length * rowHeight + 22
  const frame = createFrame({
    x: [low, high],
    y: [0, 1],
    height,
    margin: { left: labels, right: 44, top: 2, bottom: 20 },
  })
  const middleOf = (index: number) => frame.top + (index + 0.5) * rowHeight
  return card({
    kind: title,
    sentence,
    content: picture(
      frame,
      `${report.task === 'multiclass' ? 'Rows' : report.target} by ${title}`,
      sentence,
      html`${drawn.map((value, index) => {
        const middle = middleOf(index)
        const bar = barBetween(frame, [Math.min(0, share(value)), Math.max(0, share(value))], [0, 1], 0)
        const colour = rate === undefined ? 's1' : share(value) > rate ? 's2' : 's3'
        return html`<text class="label" x="${labels - 8}" y="${middle}" text-anchor="end">${cut(label(value.value))}<title>${label(value.value)}</title></text><text class="small" x="${labels - 8}" y="${middle + 12}" text-anchor="end">${counted(value.rows, 'row')}</text>${rectangle({ ...bar, y: middle - 8, height: 16 }, `bar ${colour}`)}`
      })}<line class="axis" x1="${frame.x(0)}" x2="${frame.x(0)}" y1="2" y2="${height - 20}"/>${
        rate === undefined
          ? undefined
          : html`<line class="rule" x1="${frame.x(rate)}" x2="${frame.x(rate)}" y1="2" y2="${height - 18}"/><text class="note" x="${frame.x(rate)}" y="${height - 5}" text-anchor="middle">all rows ${number(rate)}</text>`
      }${drawn.map(
        (value, index) =>
          html`<text class="note" x="${frame.x(Math.max(0, share(value))) + 5}" y="${middleOf(index) + 4}">${number(share(value))}</text>`,
      )}`,
    ),
    numbers: dataTable(
      `Values of ${title}`,
      [
        { title: 'Value', text: true, cell: value => label(value.value) },
        { title: 'Rows', cell: value => count(value.rows) },
        ...(report.task === 'multiclass'
          ? profile.classes.map((name, index) => ({
              title: name,
              cell: (value: (typeof values)[number]) => count(value.counts?.[index] ?? 0),
            }))
          : [
              {
                title: report.task === 'binary' ? 'Rate' : 'Mean',
                cell: (value: (typeof values)[number]) =>
                  value.rate === undefined
                    ? ''
                    : report.task === 'binary'
                      ? percentExact(value.rate)
                      : figure(value.rate),
              },
              {
                title: 'Difference',
                cell: (value: (typeof values)[number]) =>
                  value.difference === undefined
                    ? ''
                    : signed(value.difference, report.task === 'binary' ? percentExact : figure),
              },
            ]),
        ...(report.task === 'binary'
          ? [
              {
                title: 'Risk ratio',
                cell: (value: (typeof values)[number]) =>
                  value.riskRatio === undefined ? '' : value.riskRatio.toFixed(2),
              },
            ]
          : []),
      ],
      values,
    ),
  })
}
