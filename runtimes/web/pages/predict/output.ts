import { count, percent, percentExact, plain } from '@scaling-mlops/adapters/report/format'
import type { WhatIf } from '../../api/whatif.ts'

type Shown = Pick<WhatIf, 'task' | 'output'> & { readonly unit?: string | undefined }

/** A result as people read it in a sentence: "35 %", or "1,204 USD". */
export function output({ task, output: value, unit }: Shown): string {
  if (task !== 'regression') return percent(value)
  return `${Math.abs(value) >= 1000 ? count(Math.round(value)) : plain(value)}${unit === undefined ? '' : ` ${unit}`}`
}

/** The same with one decimal, for the large figure. */
export function outputExact(shown: Shown): string {
  return shown.task === 'regression' ? output(shown) : percentExact(shown.output)
}
