import type { NumberFeature } from '../feature-table.ts'
import type { Manifest } from '../manifest.ts'
import { evaluation, leaning } from './card-evaluation.ts'
import { frontMatter } from './card-front-matter.ts'
import { type HandWritten, handWritten, handWrittenParts } from './hand-written.ts'
import { code, count, escaped, figure, markdownTable } from './markdown.ts'
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
