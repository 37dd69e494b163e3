import { readFileSync } from 'node:fs'
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch'
import { describe, expect, test } from 'vitest'
import { dashboard } from '../../core/dashboard.ts'
import { aConfiguration, propertiesOf, stageOf, templateOf } from './synthesis.ts'

const operate = readFileSync(new URL('../../docs/operate.md', import.meta.url), 'utf8')

const alarmsOf = (stage: string): string[] =>
  stageOf(stage)
    .node.findAll()
    .filter(construct => construct instanceof Alarm)
    .map(({ node }) => node.id)

type Widget = {
  readonly type: string
  readonly properties: { readonly title: string; readonly metrics?: readonly unknown[][]; readonly alarms?: unknown[] }
}

/** The widgets of a dashboard; what only a deployment knows stands there as its reference. */
function widgetsOf(stage: string): Widget[] {
  const [properties] = propertiesOf(templateOf(stage, 'observability'), 'AWS::CloudWatch::Dashboard')
  const [, parts] = properties?.DashboardBody['Fn::Join'] ?? []
  const body = parts.map((part: unknown) =>
    typeof part === 'string' ? part : JSON.stringify(part).replaceAll('"', ''),
  )
  return JSON.parse(body.join('')).widgets
}

describe.each([
  ['dev', ['web', 'function']],
  ['prod', ['web', 'worker', 'function']],
])('%s', (stage, places) => {
  test('the dashboard shows every panel of the server for each place that it runs in', () => {
    const widgets = widgetsOf(stage)
    for (const { title, series } of dashboard) {
      const metrics = widgets.find(({ properties }) => properties.title === title)?.properties.metrics ?? []
      const shown = metrics.map(([namespace, metric, dimension, environment]) =>
        [namespace, metric, dimension, environment].join(' '),
      )
      expect(shown).toEqual(
        series.flatMap(({ metric }) =>
          places.map(place => `ModelServing ${metric} EnvironmentName model-serving-${stage}-${place}`),
        ),
      )
    }
  })

  test('it shows every alarm, and the queues', () => {
    const widgets = widgetsOf(stage)
    expect(widgets.find(({ type }) => type === 'alarm')?.properties.alarms).toHaveLength(alarmsOf(stage).length)
    expect(widgets.map(({ properties }) => properties.title)).toContain('Messages that wait in queues')
  })

  test('the budget counts what carries the tags of the stage, and tells the topic before it is too late', () => {
    const { monthlyBudget } = aConfiguration().stages[stage]
    const [properties] = propertiesOf(templateOf(stage, 'observability'), 'AWS::Budgets::Budget')
    expect(properties?.Budget).toEqual({
      BudgetName: `model-serving-${stage}`,
      BudgetType: 'COST',
      TimeUnit: 'MONTHLY',
      BudgetLimit: { Amount: monthlyBudget, Unit: 'USD' },
      Metrics: ['UnblendedCost'],
      FilterExpression: {
        And: [
          { Tags: { Key: 'Project', Values: ['model-serving'], MatchOptions: ['EQUALS'] } },
          { Tags: { Key: 'Environment', Values: [stage], MatchOptions: ['EQUALS'] } },
        ],
      },
    })
    const told = properties?.NotificationsWithSubscribers.map((one: Notification) => [
      one.Notification.NotificationType,
      one.Notification.Threshold,
      one.Subscribers,
    ])
    const topic = [{ SubscriptionType: 'SNS', Address: { 'Fn::ImportValue': expect.stringMatching(/Alarms/) } }]
    expect(told).toEqual([
      ['ACTUAL', 80, topic],
      ['ACTUAL', 100, topic],
      ['FORECASTED', 100, topic],
    ])
  })

  test('docs/operate.md has a chapter for every alarm, and for no other', () => {
    const chapters = [...operate.matchAll(/^### (\w+Alarm)$/gm)].map(([, name]) => name)
    expect(chapters.toSorted()).toEqual(alarmsOf(stage).sort())
  })
})

type Notification = {
  readonly Notification: { readonly NotificationType: string; readonly Threshold: number }
  readonly Subscribers: unknown
}
