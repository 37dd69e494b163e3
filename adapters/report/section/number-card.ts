import type { DataProfile, NumberProfile, Report } from '@scaling-mlops/core/evaluation'
import { card, dataTable } from '../card.ts'
import { barBetween, createFrame } from '../chart/geometry.ts'
import { axes, picture, rectangle } from '../chart/parts.ts'
import { count, figure, plain } from '../format.ts'
import { type Html, html } from '../html.ts'
import type { Names } from '../names.ts'
import { positiveName } from './ranking.ts'

/** A number of the training rows: its histogram, stacked by class. */
export function numberCard(feature: NumberProfile, profile: DataProfile, report: Report, names: Names): Html {
  const { edges, counts } = feature.histogram
  const title = names.feature(feature.feature)
  const unit = names.unit(feature.feature)
  const totals = edges.slice(1).map((_, bin) => counts.reduce((sum, group) => sum + (group[bin] ?? 0), 0))
  const frame = createFrame({
    x: [edges[0] ?? 0, edges.at(-1) ?? 1],
    y: [0, Math.max(1, ...totals)],
    height: 168,
    margin: { left: 50 },
  })
  const strength = Math.abs(feature.correlation ?? 0)
  const [more, less] = report.task === 'binary' ? ['more frequent', 'rarer'] : ['higher', 'lower']
  const outcome = report.task === 'binary' ? positiveName(report) : report.target
  const sentence =
    feature.correlation === undefined
      ? `Half of the rows have ${title} up to ${plain(feature.median)}.`
      : strength < 0.1
        ? `${title} hardly goes with ${outcome} in a straight line (correlation ${figure(feature.correlation)}).`
        : `${outcome} is ${feature.correlation > 0 ? more : less} where ${title} is higher (correlation ${figure(feature.correlation)}).`
  const bars = edges.slice(1).flatMap((edge, bin) => {
    let below = 0
    return counts.map((group, index) => {
      const [from, to] = [below, below + (group[bin] ?? 0)]
      below = to
      return rectangle(barBetween(frame, [edges[bin] ?? 0, edge], [from, to]), `bar ${groupClass(profile, index)}`)
    })
  })
  return card({
    kind: title,
    sentence,
    legend: legendOf(profile, report),
    content: picture(
      frame,
      `Distribution of ${title}`,
      sentence,
      html`${axes(frame, { label: unit ?? title, format: plain }, { label: 'rows', format: count })}${bars}`,
    ),
    numbers: dataTable(
      `Histogram of ${title}`,
      [
        { title: 'From', cell: bin => plain(edges[bin] ?? 0) },
        { title: 'To', cell: bin => plain(edges[bin + 1] ?? 0) },
        ...counts.map((group, index) => ({
          title: profile.classes[index] ?? 'rows',
          cell: (bin: number) => count(group[bin] ?? 0),
        })),
      ],
      totals.map((_, bin) => bin),
    ),
  })
}

function legendOf(profile: DataProfile, report: Report) {
  return profile.classes.map((name, index) => ({
    className: `chip ${groupClass(profile, index)}`,
    label: report.task === 'binary' ? `${report.target}\u00a0=\u00a0${name}` : name,
  }))
}

/** Of two classes the positive one has the colour of risk; more take the series' colours in turn. */
function groupClass({ classes }: DataProfile, index: number): string {
  return classes.length === 2 ? (index === 1 ? 's2' : 's1') : `s${(index % 5) + 1}`
}
