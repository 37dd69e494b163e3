import type { GetCostAndUsageCommandInput, ResultByTime } from '@aws-sdk/client-cost-explorer'
import { nameMissingPermission } from '@scaling-mlops/core'
import type { Cost, Window } from '@scaling-mlops/core/spending'

/** Which resources are counted, by one tag, and the tag that tells them apart. */
export type CostTags = { readonly key: string; readonly value: string; readonly component: string }

export type CostTable = {
  readonly currency: string
  readonly costs: readonly Cost[]
  /** Requests that were answered: each is charged. */
  readonly calls: number
}

export type CostExplorer = {
  /** What each component of each service cost on each day; whatever cost nothing is left out. */
  read(window: Window, tags: CostTags): Promise<CostTable>
  close(): void
}

/** The only region that answers. */
const REGION = 'us-east-1'
const METRIC = 'UnblendedCost'

/** Reads AWS Cost Explorer. Credentials and endpoint come from AWS's own variables. */
export async function openCostExplorer(): Promise<CostExplorer> {
  const { CostExplorerClient, GetCostAndUsageCommand } = await import('@aws-sdk/client-cost-explorer')
  const client = new CostExplorerClient({ region: REGION, maxAttempts: 6 })
  return {
    async read(window, tags) {
      const results: ResultByTime[] = []
      let calls = 0
      let NextPageToken: string | undefined
      do {
        const input = { ...toInput(window, tags), ...(NextPageToken && { NextPageToken }) }
        const page = await client.send(new GetCostAndUsageCommand(input)).catch((error: unknown) => {
          throw nameMissingPermission(error, 'ce:GetCostAndUsage')
        })
        calls++
        results.push(...(page.ResultsByTime ?? []))
        NextPageToken = page.NextPageToken
      } while (NextPageToken)
      return { ...toCosts(results), calls }
    },
    close: () => client.destroy(),
  }
}

function toInput({ from, to }: Window, { key, value, component }: CostTags): GetCostAndUsageCommandInput {
  return {
    TimePeriod: { Start: from, End: to },
    Granularity: 'DAILY',
    Metrics: [METRIC],
    Filter: { Tags: { Key: key, Values: [value], MatchOptions: ['EQUALS'] } },
    GroupBy: [
      { Type: 'DIMENSION', Key: 'SERVICE' },
      { Type: 'TAG', Key: component },
    ],
  }
}

function toCosts(results: readonly ResultByTime[]): Pick<CostTable, 'currency' | 'costs'> {
  let currency = 'USD'
  const costs: Cost[] = []
  for (const { TimePeriod, Groups = [] } of results)
    for (const { Keys: [service = '', tag = ''] = [], Metrics } of Groups) {
      const { Amount = '0', Unit } = Metrics?.[METRIC] ?? {}
      const amount = Number(Amount)
      if (amount === 0) continue
      currency = Unit ?? currency
      // a tag's group is called KEY$VALUE, and KEY$ where there is none
      costs.push({ day: TimePeriod?.Start ?? '', service, component: tag.slice(tag.indexOf('$') + 1), amount })
    }
  return { currency, costs }
}
