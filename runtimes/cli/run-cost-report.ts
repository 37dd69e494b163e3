import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readPredictionCounts } from '@scaling-mlops/adapters/cloudwatch'
import { type CostTags, openCostExplorer } from '@scaling-mlops/adapters/cost-explorer'
import { systemClock } from '@scaling-mlops/adapters/memory'
import { renderSpending } from '@scaling-mlops/adapters/report'
import { DAY_MS, monthsBefore, reportSpending, type SpendingReport, type Window } from '@scaling-mlops/core/spending'
import { UsageError } from '../exit.ts'
import { cachedAnswer } from './cached-answer.ts'
import { spendingText } from './cost-report-prose.ts'
import { createOutput, type Output, type OutputFlags } from './output.ts'

export type CostReportFlags = OutputFlags & {
  readonly months: number
  readonly tag: string
  readonly componentTag: string
  readonly days?: true
  readonly svg?: string
  readonly cache?: string
  readonly fresh?: true
}

/** What Cost Explorer takes for a request. */
const CALL_PRICE = 0.01

/** Says what was paid for the resources of a tag, and what it was paid for. */
export async function runCostReport(flags: CostReportFlags): Promise<void> {
  const output = createOutput(flags)
  const now = systemClock.now()
  const window = monthsBefore(now, flags.months)
  const tags = readTags(flags)
  output.progress('asking Cost Explorer')
  const { answer, at, isKept } = await readCosts(window, tags, flags, now)
  const predictions = await readTraffic(window, output)
  const report = reportSpending({ ...window, costs: answer.costs, predictions })

  if (flags.svg !== undefined) await writeFile(flags.svg, renderSpending(report))
  output.result(spendingText(report, { days: flags.days ?? false }), {
    schemaVersion: 1,
    tag: flags.tag,
    currency: answer.currency,
    calls: isKept ? 0 : answer.calls,
    askedAt: new Date(at).toISOString(),
    ...report,
  })
  output.say(
    isKept
      ? `kept from ${new Date(at).toISOString()}, no call to Cost Explorer; --fresh asks again`
      : `${answer.calls} ${answer.calls === 1 ? 'call' : 'calls'} to Cost Explorer, $${(answer.calls * CALL_PRICE).toFixed(2)}`,
  )
  for (const hint of hints(report, flags)) output.warn(hint)
}

function readTags({ tag, componentTag }: CostReportFlags): CostTags {
  const [, key, value] = /^([^=]+)=(.+)$/.exec(tag) ?? []
  if (key === undefined || value === undefined)
    throw new UsageError(`--tag must be a key and a value like Project=model-serving; got "${tag}"`)
  return { key, value, component: componentTag }
}

async function readCosts(window: Window, tags: CostTags, flags: CostReportFlags, now: number) {
  const { AWS_PROFILE, AWS_ACCESS_KEY_ID, DATA_DIR = 'data' } = process.env
  const ask = async () => {
    const explorer = await openCostExplorer()
    try {
      return await explorer.read(window, tags)
    } finally {
      explorer.close()
    }
  }
  return cachedAnswer(
    {
      folder: flags.cache ?? join(DATA_DIR, 'cost-explorer'),
      question: { window, tags, identity: AWS_PROFILE ?? AWS_ACCESS_KEY_ID },
      now,
      maximumAge: DAY_MS,
      fresh: flags.fresh ?? false,
    },
    ask,
  )
}

/** Predictions of each day; a report without them is still one. */
async function readTraffic(window: Window, output: Output): Promise<Readonly<Record<string, number>> | undefined> {
  try {
    const counts = await readPredictionCounts(window)
    return Object.keys(counts).length === 0 ? undefined : counts
  } catch (error) {
    output.warn(
      `no cost per million predictions, since CloudWatch does not say how many there were: ${(error as Error).message}`,
    )
    return undefined
  }
}

function hints({ total, components }: SpendingReport, { tag, componentTag }: CostReportFlags): string[] {
  const activation = (key: string): string =>
    `the account that pays may not have activated "${key}" as a cost allocation tag (Billing, Cost allocation tags, or \`aws ce update-cost-allocation-tags-status --cost-allocation-tags-status TagKey=${key},Status=Active\`); costs appear a day later, and none from before`
  if (total === 0)
    return [`nothing was paid for ${tag}: either nothing carries the tag, or ${activation(tag.split('=')[0] ?? tag)}`]
  return components.every(({ name }) => name === '')
    ? [`nothing carries the tag "${componentTag}": ${activation(componentTag)}`]
    : []
}
