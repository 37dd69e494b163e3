import type { Manifest } from '../manifest.ts'
import { ownFrontMatter } from './hand-written.ts'
import { METRICS, type MetricName } from './metric.ts'
import type { Report } from './report.ts'

/** The names that Hugging Face's evaluation library has for metrics. */
const HUB_NAMES: Partial<Record<MetricName, string>> = {
  auc: 'roc_auc',
  prAuc: 'average_precision',
  logLoss: 'log_loss',
  brier: 'brier_score',
  r2: 'r_squared',
}

/** A card's YAML as Hugging Face reads it, after the keys that people added themselves. */
export function frontMatter(
  { title, task }: Manifest,
  { metrics, data }: Report,
  previousCard: string | undefined,
): string {
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
