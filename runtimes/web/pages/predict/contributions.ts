import { count } from '@scaling-mlops/adapters/report/format'
import type { WhatIf } from '../../api/whatif.ts'

/** What amounts are given in: the model's log-odds, percentage points, or the unit of an estimate. */
export type Scale = 'log-odds' | 'points' | 'value'

/** One amount with where a waterfall stands before and after it; without a feature it is the sum of all that are not named. */
export type Step = {
  readonly feature: string | undefined
  readonly amount: number
  readonly from: number
  readonly to: number
  readonly others: number
}

/**
 * Contributions, largest first, at most `most` of them, with the sum of the others last. Points share out the difference between
 * probability and average in proportion to the log-odds, so that they add up, too.
 */
export function stepsOf(result: WhatIf, { most, scale }: { readonly most: number; readonly scale: Scale }): Step[] {
  const factor = scale === 'points' ? pointsEach(result) : 1
  const sorted = result.contributions
    .map(({ feature, amount }) => ({ feature, amount: amount * factor }))
    .toSorted((a, b) => Math.abs(b.amount) - Math.abs(a.amount))
  const named: { feature: string | undefined; amount: number }[] = sorted.slice(0, most)
  const rest = sorted.slice(most)
  if (rest.length > 0) named.push({ feature: undefined, amount: rest.reduce((sum, { amount }) => sum + amount, 0) })
  let place = 0
  return named.map(({ feature, amount }) => {
    const from = place
    place += amount
    return { feature, amount, from, to: place, others: rest.length }
  })
}

/** Percentage points that one unit of log-odds stands for in this row. */
function pointsEach({ output, base = output, contributions }: WhatIf): number {
  const whole = contributions.reduce((sum, { amount }) => sum + amount, 0)
  return Math.abs(whole) < 1e-9 ? output * (1 - output) * 100 : ((output - base) / whole) * 100
}

/** `+0.31`, `−2.4` points, `+53,860`. */
export function amountText(amount: number, scale: Scale): string {
  const size = Math.abs(amount)
  const text = scale === 'points' ? size.toFixed(1) : size >= 1000 ? count(Math.round(size)) : size.toFixed(2)
  if (/^0\.0+$/.test(text)) return text
  return `${amount > 0 ? '+' : '−'}${text}`
}
