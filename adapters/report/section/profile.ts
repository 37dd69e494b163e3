import type {
  CategoryProfile,
  DataProfile,
  FeatureProfile,
  NumberProfile,
  Report,
} from '@scaling-mlops/core/evaluation'
import { card, chapter, dataTable, grid } from '../card.ts'
import { barBetween, createFrame } from '../chart/geometry.ts'
import { axes, picture, rectangle } from '../chart/parts.ts'
import { count, counted, figure, percent, percentExact, plain, signed } from '../format.ts'
import { Html, html } from '../html.ts'
import type { Names } from '../names.ts'
import { positiveName } from './ranking.ts'

/** A page of five hundred charts is read by nobody: the features that tell most are drawn, the table has all. */
const MOST_CARDS = 40

/** What the training rows say before any model: each feature and its relation to the target, the most telling first. */
export function profileChapter(report: Report, names: Names): Html | undefined {
  const { profile } = report
  if (profile === undefined) return undefined
  const features = profile.features.toSorted((a, b) => b.mutualInformation - a.mutualInformation)
  const first = features[0]
  const told = first === undefined || profile.targetEntropy === 0 ? 0 : first.mutualInformation / profile.targetEntropy
  const warnings = profile.features.flatMap(feature => feature.warnings)
  return chapter(
    'data',
    'Training data',
    `${counted(profile.rows, 'row')}, ${counted(features.length, 'feature')}. ${first === undefined || told === 0 ? '' : `${names.feature(first.feature)} alone tells most about ${report.target}: ${figure(first.mutualInformation)} nats, ${percent(told)} of what there is to know.`}`,
    warnings.length === 0
      ? new Html('')
      : html`<ul class="warnings">${warnings.map(({ message }) => html`<li><strong>⚠ Check:</strong> ${message}.</li>`)}</ul>`,
    html`<div class="card plain tall">${overview(features, profile, names)}</div>`,
    grid(...features.slice(0, MOST_CARDS).map(feature => featureCard(feature, profile, report, names))),
    features.length > MOST_CARDS
      ? html`<p class="foot">The ${MOST_CARDS} features that tell most are drawn; the table above has all ${features.length}.</p>`
      : new Html(''),
  )
}

function overview(features: readonly FeatureProfile[], profile: DataProfile, names: Names): Html {
  const most = Math.max(1e-12, ...features.map(feature => feature.mutualInformation))
  return dataTable(
    'Features',
    [
      { title: 'Feature', text: true, cell: feature => names.feature(feature.feature) },
      { title: 'Kind', text: true, cell: feature => feature.kind },
      { title: 'Missing', cell: feature => (feature.missing === 0 ? '0' : count(feature.missing)) },
      { title: 'Distinct', cell: feature => count(feature.distinct) },
      { title: 'Range or most frequent', text: true, cell: feature => rangeOf(feature, names) },
      {
        title: 'Correlation',
        cell: feature =>
          feature.kind === 'number' && feature.correlation !== undefined ? figure(feature.correlation) : '',
      },
      {
        title: 'Mutual information',
        cell: feature =>
          html`<span class="meter" style="--share: ${Math.round((feature.mutualInformation / most) * 100)}%">${feature.mutualInformation.toFixed(4)}</span>`,
      },
      {
        title: 'Of the target',
        cell: feature =>
          percentExact(profile.targetEntropy === 0 ? 0 : feature.mutualInformation / profile.targetEntropy),
      },
    ],
    features,
  )
}

function rangeOf(feature: FeatureProfile, names: Names): string {
  if (feature.kind === 'number')
    return `${plain(feature.minimum)} – ${plain(feature.maximum)}, median ${plain(feature.median)}`
  const top = feature.values.toSorted((a, b) => b.rows - a.rows)[0]
  return top === undefined ? '' : `${names.value(feature.feature, top.value)}, ${percent(top.rows / feature.rows)}`
}

function featureCard(feature: FeatureProfile, profile: DataProfile, report: Report, names: Names): Html {
  return feature.kind === 'number'
    ? numberCard(feature, profile, report, names)
    : categoryCard(feature, profile, report, names)
}

function numberCard(feature: NumberProfile, profile: DataProfile, report: Report, names: Names): Html {
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

const MOST_VALUES = 12

function categoryCard(feature: CategoryProfile, profile: DataProfile, report: Report, names: Names): Html {
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
  return card({
    kind: title,
    sentence,
    content: picture(
      frame,
      `${report.task === 'multiclass' ? 'Rows' : report.target} by ${title}`,
      sentence,
      html`${drawn.map((value, index) => {
        const middle = frame.top + (index + 0.5) * rowHeight
        const bar = barBetween(frame, [Math.min(0, share(value)), Math.max(0, share(value))], [0, 1], 0)
        return html`<text class="label" x="${labels - 8}" y="${middle}" text-anchor="end">${cut(label(value.value))}<title>${label(value.value)}</title></text><text class="small" x="${labels - 8}" y="${middle + 12}" text-anchor="end">${counted(value.rows, 'row')}</text>${rectangle({ ...bar, y: middle - 8, height: 16 }, `bar ${rate === undefined ? 's1' : share(value) > rate ? 's2' : 's3'}`)}<text class="note" x="${frame.x(Math.max(0, share(value))) + 5}" y="${middle + 4}">${number(share(value))}</text>`
      })}<line class="axis" x1="${frame.x(0)}" x2="${frame.x(0)}" y1="2" y2="${height - 20}"/>${
        rate === undefined
          ? undefined
          : html`<line class="rule" x1="${frame.x(rate)}" x2="${frame.x(rate)}" y1="2" y2="${height - 18}"/><text class="note" x="${frame.x(rate)}" y="${height - 5}" text-anchor="middle">all rows ${number(rate)}</text>`
      }`,
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

function cut(label: string): string {
  return label.length > 20 ? `${label.slice(0, 19)}…` : label
}
