import { fileURLToPath } from 'node:url'
import { DEFAULT_DEPLOYMENT } from '@scaling-mlops/adapters/beanstalk'
import { createMemoryMetrics } from '@scaling-mlops/adapters/memory'
import { toExposition, toGrafanaDashboard } from '@scaling-mlops/adapters/prometheus'
import { gaugeNames, pushedMetrics } from '@scaling-mlops/core'
import { expect, it } from 'vitest'
import { readDeploymentOf } from '../../support/beanstalk.ts'

type GrafanaPanel = { readonly title: string; readonly targets: readonly { expr: string; legendFormat: string }[] }
type Widget = { readonly properties: { readonly title: string; readonly metrics: readonly unknown[][] } }

const { panels } = toGrafanaDashboard() as { readonly panels: readonly GrafanaPanel[] }

/** The dashboard's text in CloudWatch, with the names that its stack fills in. */
function readWidgets(): readonly Widget[] {
  const body = readDeploymentOf(DEFAULT_DEPLOYMENT).resources.Dashboard?.Properties.DashboardBody
  const [separator, parts] = (body as { 'Fn::Join': [string, readonly (string | { readonly Ref: string })[]] })[
    'Fn::Join'
  ]
  return JSON.parse(parts.map(part => (typeof part === 'string' ? part : part.Ref)).join(separator)).widgets
}

it('the dashboard in docs is the one that is made of the table: `vitest -u` writes it anew', async () => {
  const file = fileURLToPath(new URL('../../../docs/grafana-dashboard.json', import.meta.url))

  await expect(`${JSON.stringify(toGrafanaDashboard(), undefined, 2)}\n`).toMatchFileSnapshot(file)
})

it('Grafana asks for series that are at /metrics', () => {
  const metrics = createMemoryMetrics()
  for (const name of gaugeNames) metrics.gauge(name, () => 1)
  const text = toExposition(metrics.snapshot())

  const asked = panels.flatMap(({ targets }) => targets).flatMap(({ expr }) => expr.match(/model_serving_\w+/g) ?? [])
  expect(asked.length).toBeGreaterThan(8)
  for (const name of asked) expect(text).toMatch(new RegExp(`^${name}[ {]`, 'm'))
})

it('CloudWatch is asked for metrics that are pushed, of the environment and in its region', () => {
  const widgets = readWidgets()
  const metrics = widgets.flatMap(({ properties }) => properties.metrics)

  expect(new Set(metrics.map(([, name]) => name))).toEqual(new Set(pushedMetrics))
  for (const [namespace, , dimension, environment] of metrics)
    expect([namespace, dimension, environment]).toEqual(['ModelServing', 'EnvironmentName', 'AWSEBEnvironmentName'])
  for (const { properties } of widgets) expect(properties).toMatchObject({ region: 'AWS::Region' })
})

it('both show the same: panel by panel, line by line', () => {
  expect(
    readWidgets().map(({ properties: { title, metrics } }) => ({
      title,
      lines: metrics.map(metric => (metric.at(-1) as { readonly label: string }).label),
    })),
  ).toEqual(panels.map(({ title, targets }) => ({ title, lines: targets.map(({ legendFormat }) => legendFormat) })))
})
