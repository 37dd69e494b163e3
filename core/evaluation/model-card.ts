import type { NumberFeature } from '../feature-table.ts'
import type { Manifest } from '../manifest.ts'
import { type HandWritten, handWritten, handWrittenParts, ownFrontMatter } from './hand-written.ts'
import { code, escaped, markdownTable } from './markdown.ts'
import { METRICS, type MetricName } from './metric.ts'
import type { Report } from './report.ts'

/**
 * A version's model card: Markdown with front matter as Hugging Face reads it, generated from the manifest and the report.
 * What people wrote into `previousCard` (between its comments, and their own keys of the front matter) is kept word for word.
 */
export function toModelCard(manifest: Manifest, report: Report, previousCard?: string): string {
  const parts = handWrittenParts(previousCard)
  const sections = [
    frontMatter(manifest, report, previousCard),
    `# ${escaped(manifest.title)}`,
    introduction(manifest, report),
    '## Model details',
    details(manifest),
    '## Uses',
    handWritten(parts, 'uses', USES),
    '## Bias, risks and limitations',
    handWritten(parts, 'limitations', LIMITATIONS),
    '## How to get started',
    getStarted(manifest),
    '## Training',
    handWritten(parts, 'training data', TRAINING_DATA),
    training(manifest, report),
    '## Evaluation',
    evaluation(report),
    '## What the model leans on',
    leaning(report),
    '## Citation and contact',
    handWritten(parts, 'contact', CONTACT),
    ...others(parts),
  ]
  return `${sections.filter(section => section !== '').join('\n\n')}\n`
}

const USES =
  '_Not yet written: who should use the answers, for which decisions, and for which ones they are not meant._'
const LIMITATIONS =
  '_Not yet written: for whom the model may be wrong or unfair, and what to do about it. The slices below are a start._'
const TRAINING_DATA = '_Not yet written: where the rows come from, when, under which licence._'
const CONTACT = '_Not yet written: whom to ask._'
const KNOWN_PARTS = ['uses', 'limitations', 'training data', 'contact']

/** Parts that somebody added under a name of their own. */
function others(parts: HandWritten): string[] {
  return [...parts.keys()].filter(name => !KNOWN_PARTS.includes(name)).map(name => handWritten(parts, name))
}

/** The names that Hugging Face's evaluation library has for metrics. */
const HUB_NAMES: Partial<Record<MetricName, string>> = {
  auc: 'roc_auc',
  prAuc: 'average_precision',
  logLoss: 'log_loss',
  brier: 'brier_score',
  r2: 'r_squared',
}

function frontMatter({ title, task }: Manifest, { metrics, data }: Report, previousCard: string | undefined): string {
  const pipeline = task.kind === 'regression' ? 'tabular-regression' : 'tabular-classification'
  const names = Object.keys(metrics) as MetricName[]
  const hubName = (name: MetricName) => HUB_NAMES[name] ?? name
  const generated = [
    'library_name: onnx',
    `pipeline_tag: ${pipeline}`,
    'tags:',
    '  - tabular',
    '  - onnx',
    'metrics:',
    ...names.map(name => `  - ${hubName(name)}`),
    'model-index:',
    `  - name: ${JSON.stringify(title)}`,
    '    results:',
    '      - task:',
    `          type: ${pipeline}`,
    '        dataset:',
    `          name: ${JSON.stringify(data.name)}`,
    '          type: tabular',
    '          split: test',
    '        metrics:',
    ...names.flatMap(name => [
      `          - type: ${hubName(name)}`,
      `            name: ${JSON.stringify(METRICS[name].title)}`,
      `            value: ${metrics[name]?.value}`,
    ]),
  ]
  const own = ownFrontMatter(previousCard, ['library_name', 'pipeline_tag', 'tags', 'metrics', 'model-index'])
  return ['---', ...own, ...generated, '---'].join('\n')
}

function introduction({ description, task }: Manifest, report: Report): string {
  const answer =
    task.kind === 'binary'
      ? `Answers the probability of ${code(`${task.target} = ${task.positive}`)}; from ${task.threshold} on the row counts as ${code(task.positive)}.`
      : task.kind === 'multiclass'
        ? `Answers the probability of each of ${task.classes.length} classes of ${code(task.target)}: ${task.classes.map(code).join(', ')}.`
        : `Estimates ${code(task.target)}${task.unit === undefined ? '' : ` in ${escaped(task.unit)}`}.`
  const lines = [answer, `Judged by ${count(report.data.rows)} rows it has not seen: ${headline(report)}.`]
  return [...(description === undefined ? [] : [escaped(description)]), lines.join(' ')].join('\n\n')
}

function headline({ metrics }: Report): string {
  const [first, second] = Object.keys(metrics) as MetricName[]
  return [first, second]
    .flatMap(name => (name === undefined ? [] : [`${METRICS[name].title} ${figure(metrics[name]?.value)}`]))
    .join(', ')
}

function details({ name, version, algorithm, features }: Manifest): string {
  const categories = features.filter(feature => feature.kind === 'category').length
  return [
    `- Name and version: ${code(name)} ${version}`,
    `- Algorithm: ${escaped(algorithm)}`,
    '- Format: ONNX, run by ONNX Runtime',
    `- Features: ${features.length} (${categories} categories, ${features.length - categories} numbers)`,
    '',
    markdownTable(
      ['Feature', 'Meaning', 'Values'],
      features.map(feature => [
        code(feature.name),
        escaped(feature.title ?? ''),
        feature.kind === 'category' ? listed(feature.values.map(({ value }) => value)) : numberRange(feature),
      ]),
      true,
    ),
  ].join('\n')
}

function listed(values: readonly string[]): string {
  const shown = values.slice(0, 8).map(code).join(', ')
  return values.length > 8 ? `${shown} and ${values.length - 8} more` : shown
}

function numberRange({ minimum, maximum, unit }: NumberFeature): string {
  const range =
    minimum !== undefined && maximum !== undefined
      ? `${minimum} to ${maximum}`
      : minimum !== undefined
        ? `from ${minimum} on`
        : maximum !== undefined
          ? `up to ${maximum}`
          : 'any number'
  return unit === undefined ? range : `${range}, ${escaped(unit)}`
}

function getStarted({ name }: Manifest): string {
  return [
    '```sh',
    'npm start',
    `curl -s localhost:9696/models/${encodeURIComponent(name)}/predict -H 'content-type: application/json' -d @models/${encodeURIComponent(name)}/example.json`,
    '```',
  ].join('\n')
}

function training({ training: facts }: Manifest, { data, crossValidation }: Report): string {
  const lines = [
    ...(data.trainingRows === undefined ? [] : [`- Rows: ${count(data.trainingRows)} of ${code(data.name)}`]),
    ...(data.sha256 === undefined ? [] : [`- SHA-256 of the data: ${code(data.sha256)}`]),
    ...Object.entries(facts ?? {}).flatMap(([key, value]) =>
      typeof value === 'object' && value !== null && key !== 'data'
        ? [
            `- ${escaped(key)}: ${Object.entries(value)
              .map(([name, inner]) => code(`${name} ${JSON.stringify(inner)}`))
              .join(', ')}`,
          ]
        : [],
    ),
    ...(crossValidation === undefined
      ? []
      : [
          `- Cross-validation, ${crossValidation.scores.length} folds: ${METRICS[crossValidation.metric].title} ${figure(crossValidation.mean)} ± ${figure(crossValidation.standardDeviation)}`,
        ]),
  ]
  return lines.join('\n')
}

function evaluation(report: Report): string {
  const { metrics, data, quality } = report
  const rows = (Object.keys(metrics) as MetricName[]).map(name => {
    const metric = metrics[name]
    const interval =
      metric?.interval === undefined ? '' : `${figure(metric.interval[0])} – ${figure(metric.interval[1])}`
    return [
      METRICS[name].title,
      figure(metric?.value),
      interval,
      metric?.baseline === undefined ? '' : figure(metric.baseline),
    ]
  })
  const confusion =
    report.task === 'binary'
      ? markdownTable(
          [`At threshold ${report.threshold}`, `said ${code(report.positive)}`, `said ${code(report.negative)}`],
          [
            [
              `was ${code(report.positive)}`,
              count(report.confusion.truePositives),
              count(report.confusion.falseNegatives),
            ],
            [
              `was ${code(report.negative)}`,
              count(report.confusion.falsePositives),
              count(report.confusion.trueNegatives),
            ],
          ],
        )
      : ''
  const worse = METRICS[quality].better === 'higher' ? 1 : -1
  const worst = report.slices
    .filter(slice => slice.quality !== undefined)
    .toSorted((a, b) => worse * ((a.quality ?? 0) - (b.quality ?? 0)))
    .slice(0, 5)
  const slices =
    worst.length === 0
      ? ''
      : `The slices for which it does worst:\n\n${markdownTable(
          ['Slice', 'Rows', METRICS[quality].title],
          worst.map(slice => [code(`${slice.feature} = ${slice.value}`), count(slice.rows), figure(slice.quality)]),
        )}`
  return [
    `On ${count(data.rows)} rows held out of the training. Intervals are 95 %, from resampling these rows.`,
    markdownTable(['Metric', 'Value', '95 % interval', 'Without features'], rows),
    confusion,
    slices,
  ]
    .filter(part => part !== '')
    .join('\n\n')
}

function leaning({ importance, quality, profile }: Report): string {
  const table =
    importance.length === 0
      ? 'Not measured.'
      : `Loss of ${METRICS[quality].title} when a feature's values are dealt out among the rows at random; associations, not causes.\n\n${markdownTable(
          ['Feature', 'Loss', '±'],
          importance
            .slice(0, 10)
            .map(entry => [code(entry.feature), figure(entry.loss), figure(entry.standardDeviation)]),
        )}`
  const warnings = (profile?.features ?? []).flatMap(feature =>
    feature.warnings.map(({ message }) => `- ${escaped(message)}`),
  )
  return warnings.length === 0 ? table : `${table}\n\nThe data should be checked:\n\n${warnings.join('\n')}`
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}

function figure(value: number | undefined): string {
  if (value === undefined) return ''
  return value !== 0 && Math.abs(value) < 0.001 ? value.toPrecision(2) : value.toFixed(3)
}
