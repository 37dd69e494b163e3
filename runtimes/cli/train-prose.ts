import { columnsOf } from '@scaling-mlops/core'
import {
  type CrossValidation,
  type GateResult,
  METRICS,
  type MetricName,
  type Report,
} from '@scaling-mlops/core/evaluation'
import type { Dataset, Training } from '@scaling-mlops/core/training'
import { grouped, type Output } from './output.ts'
import type { CheckedGraph } from './train-bundle.ts'

export function sayData(output: Output, source: string, { rowCount, table, blanks, target, targets }: Dataset): void {
  const numbers = table.filter(({ kind }) => kind === 'number').length
  say(
    output,
    source,
    `${grouped(rowCount)} rows · ${table.length} features (${table.length - numbers} categories, ${numbers} numbers)`,
  )
  table.forEach((feature, index) => {
    const blank = countBits(blanks[index])
    if (blank > 0) say(output, '', `${grouped(blank)} blanks in ${feature.name} → ${feature.missing?.fill}`)
  })
  if (target.kind === 'category') {
    const counts = target.values.map(() => 0)
    for (const index of targets) counts[index] = (counts[index] ?? 0) + 1
    const shares = target.values.map(({ value }, index) => share(value, counts[index] ?? 0, rowCount))
    say(output, target.name, shares.join(' · '))
  }
}

export function sayTraining(
  output: Output,
  { table }: Dataset,
  { split, facts, crossValidation, tried, algorithm, task, chosen }: Training,
): void {
  say(output, 'split', `${grouped(split.train.length)} train / ${grouped(split.test.length)} test`)
  say(
    output,
    algorithm,
    `${chosen.algorithm === 'linear' ? `C=${chosen.c} · ` : ''}${columnsOf(table).length} columns · ${describeFit(facts)}`,
  )
  for (const { settings, crossValidation } of tried)
    if (settings.algorithm === 'linear') say(output, `C ${settings.c}`, describe(crossValidation))
  if (crossValidation) say(output, 'cross-validation', describe(crossValidation))
  if ('converged' in facts && !facts.converged)
    output.warn(`the fit of ${task.target} stopped before the optimum; look for columns of extreme size`)
}

function describe({ metric, mean, standardDeviation, scores }: CrossValidation): string {
  return `${METRICS[metric].title} ${mean.toFixed(4)} ± ${standardDeviation.toFixed(4)} (${scores.length} folds)`
}

function describeFit(facts: Training['facts']): string {
  if ('trees' in facts)
    return `${facts.trees} trees · ${grouped(facts.leaves)} leaves · training loss ${facts.loss.toFixed(3)}`
  const { converged, steps, gradient } = facts
  return `${converged ? 'converged in' : 'NOT converged after'} ${steps} steps, gradient ${gradient.toExponential(0)}`
}

export function sayGraph(output: Output, { bytes, precision, difference }: CheckedGraph, { split }: Training): void {
  say(
    output,
    'onnx',
    `${grouped(bytes.length)} B · ${precision} · max difference to trainer ${difference.toExponential(1)} on ${grouped(split.test.length)} rows`,
  )
}

export function sayReport(output: Output, { metrics, profile }: Report): void {
  const parts = (Object.keys(metrics) as MetricName[]).slice(0, 5).map(name => {
    const { value, interval } = metrics[name] ?? { value: Number.NaN }
    const range = interval === undefined ? '' : ` [${interval.map(end => end.toFixed(3)).join('–')}]`
    return `${METRICS[name].title} ${value.toFixed(3)}${range}`
  })
  say(output, 'test', parts.join(' · '))
  for (const { warnings } of profile?.features ?? []) for (const { message } of warnings) output.warn(message)
}

export function sayGates(output: Output, results: readonly GateResult[]): void {
  for (const { gate, passed, actual } of results)
    say(
      output,
      'gate',
      `${gate} ${passed ? 'holds' : 'does NOT hold'}${actual === undefined ? ': the report has no such metric' : `: ${actual.toFixed(4)}`}`,
    )
}

function say(output: Output, title: string, text: string): void {
  output.say(`  ${title.padEnd(20)} ${text}`)
}

function share(value: string, rows: number, all: number): string {
  return `${value} ${grouped(rows)} (${((100 * rows) / all).toFixed(1)} %)`
}

function countBits(bits: Uint8Array = new Uint8Array()): number {
  let total = 0
  for (let byte of bits) for (; byte > 0; byte &= byte - 1) total++
  return total
}
