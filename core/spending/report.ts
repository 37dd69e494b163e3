import { type Anomaly, findAnomalies } from './anomalies.ts'
import { daysOf, type Window } from './window.ts'

/** What one component of a service cost on one day; a component of `''` carries no tag. */
export type Cost = {
  readonly day: string
  readonly service: string
  readonly component: string
  readonly amount: number
}

export type SpendingOptions = Window & {
  readonly costs: readonly Cost[]
  /** How many predictions were made on a day; absent where nobody knows. */
  readonly predictions?: Readonly<Record<string, number>> | undefined
}

export type Month = {
  /** `2026-11`. */
  readonly month: string
  /** Days of it in the window. */
  readonly days: number
  readonly total: number
  /** Of a day, against the month before, which may have had more or fewer of them: 0.1 is a tenth more. */
  readonly change?: number
  readonly predictions?: number
  readonly perMillionPredictions?: number
}

/** A service or a component. */
export type Share = {
  readonly name: string
  readonly total: number
  /** As in `months`, in order. */
  readonly months: readonly number[]
  /** Of a day of the last month against the one before. */
  readonly change?: number
}

export type SpendingReport = Window & {
  readonly total: number
  readonly months: readonly Month[]
  /** The dearest first. */
  readonly services: readonly Share[]
  readonly components: readonly Share[]
  /** Every day, also those that cost nothing. */
  readonly days: readonly {
    readonly day: string
    readonly total: number
    readonly services: Readonly<Record<string, number>>
    readonly components: Readonly<Record<string, number>>
    readonly predictions?: number
  }[]
  /** In the order of their days. */
  readonly anomalies: readonly Anomaly[]
}

/** Adds up what was paid in a window. */
export function reportSpending({ from, to, costs, predictions }: SpendingOptions): SpendingReport {
  const days = daysOf({ from, to })
  const monthNames = [...new Set(days.map(day => day.slice(0, 7)))]
  const daysIn = (month: string): number => days.filter(day => day.startsWith(month)).length
  const sumOf = (some: readonly Cost[]): number => some.reduce((sum, { amount }) => sum + amount, 0)
  const perMonth = (some: readonly Cost[]): number[] =>
    monthNames.map(month => sumOf(some.filter(({ day }) => day.startsWith(month))))

  const changeAt = (amounts: readonly number[], index: number): number | undefined => {
    const [before = 0, now = 0] = [amounts[index - 1], amounts[index]]
    const [earlier = '', month = ''] = [monthNames[index - 1], monthNames[index]]
    return index === 0 || before <= 0 ? undefined : now / daysIn(month) / (before / daysIn(earlier)) - 1
  }
  const sharesBy = (nameOf: (cost: Cost) => string): Share[] =>
    [...Map.groupBy(costs, nameOf)]
      .map(([name, some]) => {
        const months = perMonth(some)
        const change = changeAt(months, months.length - 1)
        return { name, total: sumOf(some), months, ...(change !== undefined && { change }) }
      })
      .sort((a, b) => b.total - a.total)

  const services = sharesBy(({ service }) => service)
  const components = sharesBy(({ component }) => component)
  const totals = perMonth(costs)
  const byDay = Map.groupBy(costs, ({ day }) => day)
  const amountsOn = (day: string, nameOf: (cost: Cost) => string): Record<string, number> =>
    Object.fromEntries([...Map.groupBy(byDay.get(day) ?? [], nameOf)].map(([name, some]) => [name, sumOf(some)]))

  return {
    from,
    to,
    total: sumOf(costs),
    months: monthNames.map((month, index) => {
      const total = totals[index] ?? 0
      const change = changeAt(totals, index)
      const made = predictionsIn(month, predictions)
      return {
        month,
        days: daysIn(month),
        total,
        ...(change !== undefined && { change }),
        ...(made !== undefined && { predictions: made }),
        ...(made !== undefined && made > 0 && { perMillionPredictions: (total / made) * 1e6 }),
      }
    }),
    services,
    components,
    days: days.map(day => ({
      day,
      total: sumOf(byDay.get(day) ?? []),
      services: amountsOn(day, ({ service }) => service),
      components: amountsOn(day, ({ component }) => component),
      ...(predictions !== undefined && { predictions: predictions[day] ?? 0 }),
    })),
    anomalies: services
      .flatMap(({ name }) => {
        const amounts = days.map(day => amountsOn(day, ({ service }) => service)[name] ?? 0)
        return findAnomalies(name, days, amounts)
      })
      .sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0)),
  }
}

function predictionsIn(month: string, predictions: SpendingOptions['predictions']): number | undefined {
  if (predictions === undefined) return undefined
  return Object.entries(predictions)
    .filter(([day]) => day.startsWith(month))
    .reduce((sum, [, made]) => sum + made, 0)
}
