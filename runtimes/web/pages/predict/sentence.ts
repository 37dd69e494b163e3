import type { FeatureTable } from '@scaling-mlops/core'
import type { WhatIf } from '../../api/whatif.ts'
import { shownValue, titleOf } from '../../form/field-rules.ts'
import { output } from './output.ts'

/** Names of contributions are given until they cover this share of all. */
const COVERED = 0.6
const MOST_RAISING = 3
const MOST_LOWERING = 2
/** Within so many points a probability is close to the average. */
const CLOSE = 0.02

/** The result in words, without a claim of cause; nothing where nothing is known of it. */
export function sentenceOf(result: WhatIf, table: FeatureTable): string | undefined {
  const shown = output(result)
  if (result.contributions.length === 0) return undefined
  const sorted = result.contributions.toSorted((a, b) => Math.abs(b.amount) - Math.abs(a.amount))
  const whole = sorted.reduce((sum, { amount }) => sum + Math.abs(amount), 0)
  const named: typeof sorted = []
  let covered = 0
  for (const contribution of sorted) {
    if (covered >= COVERED * whole || contribution.amount === 0) break
    const sameSide = named.filter(({ amount }) => amount > 0 === contribution.amount > 0).length
    if (sameSide >= (contribution.amount > 0 ? MOST_RAISING : MOST_LOWERING)) continue
    named.push(contribution)
    covered += Math.abs(contribution.amount)
  }
  const name = ({ feature }: { readonly feature: string }): string => {
    const found = table.find(each => each.name === feature)
    return `${found === undefined ? feature : titleOf(found)} = ${shownValue(found, result.row[feature])}`
  }
  const raising = named.filter(({ amount }) => amount > 0).map(name)
  const lowering = named.filter(({ amount }) => amount < 0).map(name)
  const parts = [
    ...(raising.length === 0 ? [] : [`raised by ${raising.join(', ')}`]),
    ...(lowering.length === 0 ? [] : [`lowered by ${lowering.join(', ')}`]),
  ]
  const biggest = Math.abs(named[0]?.amount ?? 0)
  const many = whole - covered > biggest ? '; many small effects add up' : ''
  const average =
    result.base === undefined
      ? ''
      : `, ${place(result)} the ${output({ ...result, output: result.base })} of an average row`
  return `${shown}${average}.${parts.length === 0 ? '' : ` Mainly ${parts.join('; ')}${many}.`}`
}

function place({ output: value, base = value, task }: WhatIf): string {
  const close = task === 'regression' ? Math.abs(base) * CLOSE : CLOSE
  if (Math.abs(value - base) <= close) return 'close to'
  return value > base ? 'above' : 'below'
}
