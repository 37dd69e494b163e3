import type { Manifest } from '@scaling-mlops/core'
import { createReport, toModelCard } from '@scaling-mlops/core/evaluation'
import { describe, expect, it } from 'vitest'
import { seeded } from '../../support/scored-telco.ts'

const manifest: Manifest = {
  schemaVersion: 1,
  name: 'leaving',
  version: 2,
  title: 'Who leaves',
  created: '2026-11-23T10:00:00.000Z',
  algorithm: 'logistic regression',
  task: { kind: 'binary', target: 'left', classes: ['no', 'yes'], positive: 'yes', threshold: 0.5 },
  features: [{ kind: 'category', name: 'plan', values: [{ value: 'a|b' }, { value: '<b>`c`</b>' }] }],
  input: 'X',
  output: 'p',
  files: {},
}

const report = createReport({
  manifest,
  data: { name: 'rows.csv' },
  test: { columns: [[0, 1, 0, 1]], targets: [0, 1, 0, 1], outputs: [0.1, 0.9, 0.6, 0.7] },
  random: seeded(1),
})

describe('the model card', () => {
  it('starts with front matter that holds every metric', () => {
    const card = toModelCard(manifest, report)

    const [, matter = ''] = /^---\n([\s\S]*?)\n---\n/.exec(card) ?? []
    expect(matter).toContain('pipeline_tag: tabular-classification')
    expect(matter).toContain('  - name: "Who leaves"')
    expect(matter).toContain(
      `          - type: roc_auc\n            name: "AUC"\n            value: ${report.metrics.auc?.value}`,
    )
  })

  it('keeps what people wrote, their own parts and their keys of the front matter', () => {
    const first = toModelCard(manifest, report)
    const edited = first
      .replace('---\n', '---\nlicense: mit\ndatasets:\n  - rows\n')
      .replace(
        /(<!-- written by hand: uses -->)[\s\S]*?(<!-- end of uses -->)/,
        '$1\nFor **retention**.\n\nNot for prices.\n$2',
      )
      .concat('\n<!-- written by hand: our process -->\nAsk Ada.\n<!-- end of our process -->\n')

    const next = toModelCard({ ...manifest, version: 3 }, report, edited)

    expect(next).toContain(
      '<!-- written by hand: uses -->\nFor **retention**.\n\nNot for prices.\n<!-- end of uses -->',
    )
    expect(next).toContain('<!-- written by hand: our process -->\nAsk Ada.\n<!-- end of our process -->')
    expect(next).toContain('---\nlicense: mit\ndatasets:\n  - rows\nlibrary_name: onnx\n')
    expect(next).toContain('`leaving` 3')
    expect(next.match(/library_name/g)).toHaveLength(1)
  })

  it('is the same again when it is made from itself', () => {
    const card = toModelCard(manifest, report)

    expect(toModelCard(manifest, report, card)).toBe(card)
  })

  it('lets no value break a table or become markup', () => {
    const card = toModelCard({ ...manifest, title: '<script>alert(1)</script> [x](y)' }, report)

    expect(card).toContain('# \\<script\\>alert(1)\\</script\\> \\[x\\](y)')
    expect(card).toContain('| `a\\|b`, `` <b>`c`</b> `` |')
  })
})
