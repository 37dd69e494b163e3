import { dashboard, type Panel, type Series } from '@scaling-mlops/core'
import { NAMESPACE, type Resource } from './resource.ts'

const STATISTICS = {
  'per minute': 'Sum',
  mean: 'Average',
  most: 'Maximum',
  p50: 'p50',
  p99: 'p99',
} as const satisfies Record<Series['show'], string>

const WIDTH = 12
const HEIGHT = 6

/** The dashboard of an environment in CloudWatch, under the environment's name. */
export function dashboardResource(): Resource {
  // the body is text, and the environment's name and region are known to its stack alone: they are joined in where these stand
  const body = JSON.stringify({ widgets: dashboard.map(toWidget) })
  const parts = body.split(/(ENVIRONMENT|REGION)/).map(part => REFERENCES[part] ?? part)
  return {
    name: 'Dashboard',
    why: 'What docs/metrics.md explains, drawn; docs/grafana-dashboard.json shows the same to who has Prometheus.',
    type: 'AWS::CloudWatch::Dashboard',
    properties: { DashboardName: { Ref: 'AWSEBEnvironmentName' }, DashboardBody: { 'Fn::Join': ['', parts] } },
  }
}

const REFERENCES: Readonly<Record<string, unknown>> = {
  ENVIRONMENT: { Ref: 'AWSEBEnvironmentName' },
  REGION: { Ref: 'AWS::Region' },
}

function toWidget({ title, series }: Panel, index: number): unknown {
  return {
    type: 'metric',
    x: (index % 2) * WIDTH,
    y: Math.floor(index / 2) * HEIGHT,
    width: WIDTH,
    height: HEIGHT,
    properties: {
      title,
      region: 'REGION',
      view: 'timeSeries',
      period: 60,
      yAxis: { left: { min: 0 } },
      metrics: series.map(({ metric, show }) => [
        NAMESPACE,
        metric,
        'EnvironmentName',
        'ENVIRONMENT',
        { stat: STATISTICS[show], label: `${metric}, ${show}` },
      ]),
    },
  }
}
