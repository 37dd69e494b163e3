import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

type Question = {
  readonly TimePeriod: { readonly Start: string; readonly End: string }
  readonly NextPageToken?: string
}

/** What was paid: on a day, for a service, by a component. */
export type Paid = (day: string) => readonly (readonly [service: string, component: string, dollars: number])[]

export type CostStandIn = AsyncDisposable & {
  readonly environment: Readonly<Record<string, string>>
  /** What Cost Explorer was asked. */
  readonly questions: Question[]
  paid: Paid
  /** Predictions of every day; none where undefined. */
  predictions: number | undefined
  /** An error that is sent in place of the answer. */
  refuse: (operation: string) => string | undefined
}

const DAYS_OF_A_PAGE = 40

/** Cost Explorer (JSON 1.1) and the metrics of CloudWatch (JSON 1.0) in this process. */
export async function openCostStandIn(): Promise<CostStandIn> {
  const answers: Readonly<Record<string, (question: Question & { StartTime?: number; EndTime?: number }) => object>> = {
    GetCostAndUsage(question) {
      standIn.questions.push(question)
      const days = daysBetween(Date.parse(question.TimePeriod.Start), Date.parse(question.TimePeriod.End))
      const first = Number(question.NextPageToken ?? 0)
      const ResultsByTime = days.slice(first, first + DAYS_OF_A_PAGE).map(day => ({
        TimePeriod: { Start: day, End: day },
        Total: {},
        Estimated: false,
        Groups: standIn.paid(day).map(([service, component, dollars]) => ({
          Keys: [service, `Component$${component}`],
          Metrics: { UnblendedCost: { Amount: String(dollars), Unit: 'USD' } },
        })),
      }))
      const next = first + DAYS_OF_A_PAGE
      return { ResultsByTime, GroupDefinitions: [], ...(next < days.length && { NextPageToken: String(next) }) }
    },
    GetMetricData({ StartTime = 0, EndTime = 0 }) {
      const { predictions } = standIn
      const days = predictions === undefined ? [] : daysBetween(StartTime * 1000, EndTime * 1000)
      return {
        MetricDataResults: [
          {
            Id: 'predictions',
            Timestamps: days.map(day => Date.parse(day) / 1000),
            Values: days.map(() => predictions),
            StatusCode: 'Complete',
          },
        ],
      }
    },
  }
  const server = createServer(async (request, response) => {
    const [, operation = ''] = String(request.headers['x-amz-target']).split('.')
    const question = (await json(request)) as Question
    response.setHeader('content-type', String(request.headers['content-type']))
    const refused = standIn.refuse(operation)
    if (refused !== undefined) return refuse(response, refused)
    response.end(JSON.stringify(answers[operation]?.(question)))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const standIn: CostStandIn = {
    environment: {
      AWS_ENDPOINT_URL_COST_EXPLORER: url,
      AWS_ENDPOINT_URL_CLOUDWATCH: url,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
    questions: [],
    paid: () => [],
    predictions: undefined,
    refuse: () => undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return standIn
}

function daysBetween(from: number, to: number): string[] {
  return Array.from({ length: (to - from) / 86_400_000 }, (_, index) =>
    new Date(from + index * 86_400_000).toISOString().slice(0, 10),
  )
}

function refuse(response: ServerResponse, code: string): void {
  response.writeHead(400)
  response.end(JSON.stringify({ __type: code, message: `${code} says the stand-in` }))
}
