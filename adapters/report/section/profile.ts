import type { DataProfile, FeatureProfile, Report } from '@scaling-mlops/core/evaluation'
import { chapter, dataTable, grid } from '../card.ts'
import { count, counted, figure, percent, percentExact, plain } from '../format.ts'
import { Html, html } from '../html.ts'
import type { Names } from '../names.ts'
import { categoryCard } from './category-card.ts'
import { numberCard } from './number-card.ts'

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
