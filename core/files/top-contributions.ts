import { totalOf } from '../explanation/explanation.ts'
import type { Row } from '../row.ts'
import type { ScorerDependencies } from './scorer-dependencies.ts'

/** The largest contributions to a row's score in their order; `base`, these and `rest` add up to it. */
export type TopContributions = {
  readonly base: number
  readonly top: readonly { readonly field: string; readonly contribution: number }[]
  readonly rest: number
}

/** Compiles the reader of a row's `count` largest contributions, of several classes those to the winning one; undefined where none are wanted. */
export function compileTopContributions(
  count: number,
  { explain, manifest }: Pick<ScorerDependencies, 'explain' | 'manifest'>,
): ((row: Row) => TopContributions) | undefined {
  if (count === 0) return undefined
  if (explain === undefined) throw new TypeError('a plan with contributions needs the explanation of its model')
  return row => {
    const outputs = explain(row)
    const totals = outputs.map(totalOf)
    const winning = totals.indexOf(Math.max(...totals))
    const { base, contributions } = outputs[winning] as (typeof outputs)[number]
    const top = contributions
      .map((contribution, index) => ({ field: manifest.features[index]?.name ?? '', contribution }))
      .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
      .slice(0, count)
      .map(({ field, contribution }) => ({ field, contribution: rounded(contribution) }))
    const listed = top.reduce((sum, { contribution }) => sum + contribution, rounded(base))
    return { base: rounded(base), top, rest: rounded((totals[winning] as number) - listed) }
  }
}

/** Nine decimals: half the bytes of a double, and twenty of them add up within 1e-8. */
function rounded(value: number): number {
  return Math.round(value * 1e9) / 1e9
}
