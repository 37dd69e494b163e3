import { card, chapter, dataTable, grid } from '../card.ts'
import { barBetween, createFrame, linePath } from '../chart/geometry.ts'
import { axes, marker, path, picture, rectangle, rule } from '../chart/parts.ts'
import { count, percent, percentExact, plain, threshold } from '../format.ts'
import { type Html, html } from '../html.ts'
import { type BinaryReport, decileTable, positiveName } from './ranking.ts'

/** What a score means: calibration, the distribution by class, and how much richer the top is. */
export function scoresChapter(report: BinaryReport): Html {
  return chapter(
    'scores',
    'Scores',
    'Whether a score can be read as a probability, how far apart the two classes lie, and what the highest scores are worth.',
    grid(calibrationCard(report), distributionCard(report), liftCard(report)),
  )
}

function calibrationCard(report: BinaryReport): Html {
  const { calibration } = report.curves
  const error = report.metrics.calibrationError?.value ?? 0
  const within = calibration.filter(bin => bin.predicted >= bin.interval[0] && bin.predicted <= bin.interval[1]).length
  const sentence = `Probabilities are off by ${plain(Math.round(error * 1000) / 10)} points on average; ${within} of ${calibration.length} bins agree with what happened within their interval.`
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1]
  const frame = createFrame({ x: [0, 1], y: [0, 1], xTicks: ticks, yTicks: ticks })
  const format = (value: number) => percent(value)
  return card({
    kind: 'Calibration',
    sentence,
    legend: [
      { className: 'line s1', label: 'tenth of the rows, with 95\u202f% interval' },
      { className: 'line reference', label: 'said = happened' },
    ],
    content: picture(
      frame,
      'Calibration',
      sentence,
      html`${axes(frame, { label: 'said: mean predicted probability', format }, { label: 'happened', format })}${path(
        linePath(frame, [
          [0, 0],
          [1, 1],
        ]),
        'line reference',
      )}${calibration.map(
        bin =>
          html`<line class="whisker" x1="${frame.x(bin.predicted)}" x2="${frame.x(bin.predicted)}" y1="${frame.y(bin.interval[0])}" y2="${frame.y(bin.interval[1])}"/>${marker(frame, bin.predicted, bin.observed, 'dot s1')}`,
      )}`,
    ),
    numbers: dataTable(
      'Calibration bins',
      [
        { title: 'Said', cell: bin => percentExact(bin.predicted) },
        { title: 'Happened', cell: bin => percentExact(bin.observed) },
        {
          title: '95\u202f% interval',
          cell: bin => `${percentExact(bin.interval[0])} – ${percentExact(bin.interval[1])}`,
        },
        { title: 'Rows', cell: bin => count(bin.rows) },
      ],
      calibration,
    ),
  })
}

/** Positives above the axis, the others below it: two shapes that never hide each other. */
function distributionCard(report: BinaryReport): Html {
  const { edges, counts } = report.curves.scores
  const shares = counts.map(bins => bins.map(bin => bin / Math.max(1, sum(bins))))
  const [others = [], positives = []] = shares
  const [low, high] = [middleOf(edges, others), middleOf(edges, positives)]
  const sentence = `Half of the ${positiveName(report)} rows score above about ${plain(high)}, half of the others below about ${plain(low)}.`
  const frame = createFrame({
    x: [0, 1],
    y: [-1.08 * Math.max(...others), 1.25 * Math.max(...positives)],
    xTicks: [0, 0.2, 0.4, 0.6, 0.8, 1],
  })
  return card({
    kind: 'Scores by class',
    sentence,
    legend: [
      { className: 'chip s2', label: `${report.positive} (above, ${count(report.positives)} rows)` },
      { className: 'chip s1', label: `${report.negative} (below, ${count(report.data.rows - report.positives)} rows)` },
    ],
    content: picture(
      frame,
      'Distribution of scores by class',
      sentence,
      html`${axes(frame, { label: 'score', format: value => value.toFixed(1) }, { label: 'share of the class', format: value => percent(Math.abs(value)) })}${positives.map(
        (share, bin) => rectangle(barBetween(frame, [edges[bin] ?? 0, edges[bin + 1] ?? 0], [0, share]), 'bar s2'),
      )}${others.map((share, bin) =>
        rectangle(barBetween(frame, [edges[bin] ?? 0, edges[bin + 1] ?? 0], [0, -share]), 'bar s1'),
      )}<line class="axis" x1="${frame.left}" x2="${frame.right}" y1="${frame.y(0)}" y2="${frame.y(0)}"/>${rule(frame, report.threshold, `threshold ${threshold(report.threshold)}`)}`,
    ),
    numbers: dataTable(
      'Scores by class',
      [
        { title: 'Score', cell: bin => `${(edges[bin] ?? 0).toFixed(2)} – ${(edges[bin + 1] ?? 0).toFixed(2)}` },
        { title: report.positive, cell: bin => count(counts[1]?.[bin] ?? 0) },
        { title: report.negative, cell: bin => count(counts[0]?.[bin] ?? 0) },
      ],
      others.map((_, bin) => bin),
    ),
  })
}

/** How many times richer than all rows each tenth is. */
function liftCard(report: BinaryReport): Html {
  const { gain } = report.curves
  const first = gain[0]?.lift ?? 0
  const sentence = `The tenth with the highest scores holds ${plain(Math.round(first * 10) / 10)} times as many ${positiveName(report)} rows as an average tenth.`
  const most = Math.max(1, ...gain.map(decile => decile.lift))
  const frame = createFrame({ x: [0.5, 10.5], y: [0, most * 1.08], xTicks: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] })
  return card({
    kind: 'Lift by decile',
    sentence,
    legend: [{ className: 'line reference', label: 'average of all rows' }],
    content: picture(
      frame,
      'Lift by decile',
      sentence,
      html`${axes(frame, { label: 'tenth of the rows, highest scores first', format: String }, { label: 'lift', format: value => `${plain(value)}×` })}${gain.map(
        (decile, index) =>
          html`${rectangle(barBetween(frame, [index + 0.5, index + 1.5], [0, decile.lift], 6), 'bar s1', `${percent(decile.rate)} ${positiveName(report)}`)}<text class="note" x="${frame.x(index + 1)}" y="${frame.y(decile.lift) - 4}" text-anchor="middle">${decile.lift.toFixed(1)}</text>`,
      )}${path(
        linePath(frame, [
          [0.5, 1],
          [10.5, 1],
        ]),
        'line reference',
      )}`,
    ),
    numbers: decileTable(report),
  })
}

/** Where half of a histogram lies to the left, to two digits. */
function middleOf(edges: readonly number[], shares: readonly number[]): number {
  let before = 0
  for (const [bin, share] of shares.entries()) {
    if (before + share >= 0.5) {
      const [from, to] = [edges[bin] ?? 0, edges[bin + 1] ?? 1]
      return Math.round((from + ((to - from) * (0.5 - before)) / share) * 100) / 100
    }
    before += share
  }
  return 1
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
