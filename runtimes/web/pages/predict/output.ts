import { percent, percentExact } from '@scaling-mlops/adapters/report/format'
import type { WhatIf } from '../../api/whatif.ts'
import { withUnit } from '../../form/field-rules.ts'

type Shown = Pick<WhatIf, 'task' | 'output'> & { readonly unit?: string | undefined }

/** A result as people read it in a sentence: "35 %", or "$1,204". */
export function output({ task, output: value, unit }: Shown): string {
  if (task !== 'regression') return percent(value)
  const size = Math.abs(value)
  return withUnit(value, unit, { maximumFractionDigits: size >= 1000 ? 0 : size >= 1 ? 2 : 4 })
}

/** The same with one decimal, for the large figure. */
export function outputExact(shown: Shown): string {
  return shown.task === 'regression' ? output(shown) : percentExact(shown.output)
}
