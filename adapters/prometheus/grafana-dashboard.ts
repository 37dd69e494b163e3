import { dashboard, type Panel, type Series } from '@scaling-mlops/core'
import { prometheusName } from './metric-name.ts'

const UNITS = { percent: 'percent', count: 'short', milliseconds: 'ms' } as const satisfies Record<
  Panel['unit'],
  string
>
const WIDTH = 12
const HEIGHT = 8
const source = { type: 'prometheus', uid: '${source}' }

/** The dashboard as Grafana imports it; it asks for a data source and the job of the servers. */
export function toGrafanaDashboard(): unknown {
  return {
    title: 'Model serving',
    uid: 'model-serving',
    schemaVersion: 39,
    editable: true,
    refresh: '10s',
    time: { from: 'now-1h', to: 'now' },
    templating: {
      list: [
        { name: 'source', label: 'Data source', type: 'datasource', query: 'prometheus' },
        {
          name: 'job',
          label: 'Job',
          type: 'query',
          datasource: source,
          query: `label_values(${prometheusName('Predictions')}, job)`,
          includeAll: true,
          allValue: '.*',
        },
      ],
    },
    panels: dashboard.map(toPanel),
  }
}

function toPanel({ title, unit, series }: Panel, index: number): unknown {
  return {
    id: index + 1,
    type: 'timeseries',
    title,
    datasource: source,
    gridPos: { x: (index % 2) * WIDTH, y: Math.floor(index / 2) * HEIGHT, w: WIDTH, h: HEIGHT },
    fieldConfig: { defaults: { unit: UNITS[unit], min: 0 }, overrides: [] },
    targets: series.map((line, place) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + place),
      datasource: source,
      expr: toExpression(line),
      legendFormat: `${line.metric}, ${line.show}`,
    })),
  }
}

function toExpression({ metric, show }: Series): string {
  const of = (suffix = ''): string => `${prometheusName(metric)}${suffix}{job=~"$job"}`
  switch (show) {
    case 'per minute':
      return `sum(increase(${of()}[1m]))`
    case 'mean':
      return `avg(${of()})`
    case 'most':
      return `max(${of()})`
    case 'p50':
    case 'p99':
      return `1000 * histogram_quantile(0.${show.slice(1)}, sum by (le) (rate(${of('_bucket')}[1m])))`
  }
}
