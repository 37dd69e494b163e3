import { Duration, Stack } from 'aws-cdk-lib'
import { CfnBudget } from 'aws-cdk-lib/aws-budgets'
import {
  Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IWidget,
  Metric,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import { dashboard, type Panel, type Series } from '../../core/dashboard.ts'
import type { StageSettings } from '../configuration.ts'
import type { Files } from './files.ts'
import type { Notifications } from './notifications.ts'
import type { Queues } from './queues.ts'

type Places = { readonly queues: Queues; readonly files: Files; readonly notifications: Notifications }

const STATISTICS: Record<Series['show'], string> = {
  'per minute': Stats.SUM,
  mean: Stats.AVERAGE,
  most: Stats.MAXIMUM,
  p50: Stats.p(50),
  p99: Stats.p(99),
}

/** A stage on one page, and what it may cost a month. */
export class Observability extends Stack {
  constructor(scope: Construct, id: string, settings: StageSettings, { queues, files, notifications }: Places) {
    super(scope, id)
    const name = `${settings.project}-${settings.environment}`
    const places = ['web', ...(settings.recordsScoredBy.includes('worker') ? ['worker'] : []), 'function']
    const alarms = scope.node.findAll().filter(construct => construct instanceof Alarm)
    const widgets: IWidget[] = [
      new AlarmStatusWidget({ title: 'Alarms', width: 24, height: 3, alarms }),
      ...dashboard.map(panel => panelOf(panel, name, places)),
      ...this.widgetsOfQueues(queues, files),
    ]
    new Dashboard(this, 'Dashboard', { dashboardName: name, defaultInterval: Duration.hours(3), widgets: [widgets] })
    this.budget(name, settings, notifications)
  }

  widgetsOfQueues({ records, deadLetters, stream }: Queues, files: Files): IWidget[] {
    const period = Duration.minutes(1)
    const most = { period, statistic: Stats.MAXIMUM }
    const waiting = [
      records.metricApproximateNumberOfMessagesVisible({ ...most, label: 'records' }),
      files.tasks.metricApproximateNumberOfMessagesVisible({ ...most, label: 'files and ranges' }),
      deadLetters.metricApproximateNumberOfMessagesVisible({ ...most, label: 'dead letters' }),
      files.deadLetters.metricApproximateNumberOfMessagesVisible({ ...most, label: 'files given up' }),
    ]
    const ages = [
      records.metricApproximateAgeOfOldestMessage({ ...most, label: 'oldest record, s' }),
      stream.metricGetRecordsIteratorAgeMilliseconds({ ...most, label: 'stream, ms behind' }),
    ]
    return [
      new GraphWidget({ title: 'Messages that wait in queues', width: 12, height: 6, left: waiting }),
      new GraphWidget({
        title: 'How long the oldest waits',
        width: 12,
        height: 6,
        left: ages.slice(0, 1),
        right: ages.slice(1),
      }),
    ]
  }

  /** By the tags that all resources carry; they must be activated for cost allocation, or nothing is counted. */
  budget(budgetName: string, { monthlyBudget, project, environment }: StageSettings, { topic }: Notifications): void {
    const notify = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: { notificationType, comparisonOperator: 'GREATER_THAN', threshold, thresholdType: 'PERCENTAGE' },
      subscribers: [{ subscriptionType: 'SNS', address: topic.topicArn }],
    })
    const tagged = (key: string, value: string) => ({ tags: { key, values: [value], matchOptions: ['EQUALS'] } })
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetName,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: monthlyBudget, unit: 'USD' },
        metrics: ['UnblendedCost'],
        filterExpression: { and: [tagged('Project', project), tagged('Environment', environment)] },
      },
      notificationsWithSubscribers: [notify('ACTUAL', 80), notify('ACTUAL', 100), notify('FORECASTED', 100)],
    })
  }
}

/** The server's own numbers of each place that it runs in. */
function panelOf({ title, series }: Panel, name: string, places: readonly string[]): IWidget {
  const left = series.flatMap(({ metric, show }) =>
    places.map(
      place =>
        new Metric({
          namespace: 'ModelServing',
          metricName: metric,
          dimensionsMap: { EnvironmentName: `${name}-${place}` },
          statistic: STATISTICS[show],
          period: Duration.minutes(1),
          label: `${place}: ${metric}, ${show}`,
        }),
    ),
  )
  return new GraphWidget({ title, width: 12, height: 6, left, leftYAxis: { min: 0 } })
}
