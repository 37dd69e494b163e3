import { CoreError } from '../errors.ts'
import { shown } from '../issue.ts'
import { nearest } from '../nearest.ts'
import { METRICS, type MetricName, type Metrics } from './metric.ts'

/** A condition that a report must meet, `auc>=0.85`. */
export type Gate = { readonly metric: MetricName; readonly operator: Operator; readonly limit: number }

type Operator = '>=' | '<=' | '>' | '<'

export type GateResult = {
  /** As it is normally written: `auc>=0.85`. */
  readonly gate: string
  readonly passed: boolean
  /** Absent where the report does not have the metric; such a gate is not passed. */
  readonly actual?: number
}

/** Names other tools have for our metrics, as they are compared: lower case, letters and digits only. */
const OTHER_NAMES: ReadonlyMap<string, MetricName> = new Map([
  ['rocauc', 'auc'],
  ['averageprecision', 'prAuc'],
  ['brierscore', 'brier'],
  ['ece', 'calibrationError'],
  ['f1macro', 'macroF1'],
  ['f1weighted', 'weightedF1'],
])

/** Reads `metric>=limit` with >=, <=, > or <; `roc_auc`, `log_loss` and the like are understood. Throws `invalid_gate`. */
export function parseGate(text: string): Gate {
  const [, name, operator, limit] = /^\s*([^<>=\s]+)\s*(>=|<=|>|<)\s*([-+]?[\d.]+(?:e[-+]?\d+)?)\s*$/i.exec(text) ?? []
  const number = Number(limit)
  if (name === undefined || !Number.isFinite(number))
    throw new CoreError(
      'invalid_gate',
      `${shown(text)} is not a gate; write a metric, >=, <=, > or <, and a number, for example 'auc>=0.85'`,
    )
  return { metric: metricNamed(name), operator: operator as Operator, limit: number }
}

/** Checks gates against the metrics of a report, in the order given. */
export function checkGates(gates: readonly Gate[], metrics: Metrics): GateResult[] {
  return gates.map(({ metric, operator, limit }) => {
    const gate = `${metric}${operator}${limit}`
    const actual = metrics[metric]?.value
    return actual === undefined ? { gate, passed: false } : { gate, passed: holds(actual, operator, limit), actual }
  })
}

function metricNamed(name: string): MetricName {
  const plain = plainName(name)
  const names = Object.keys(METRICS) as MetricName[]
  const found = names.find(candidate => plainName(candidate) === plain) ?? OTHER_NAMES.get(plain)
  if (found !== undefined) return found
  const near = nearest(plain, names.map(plainName))
  const meant = names.find(candidate => plainName(candidate) === near)
  throw new CoreError(
    'invalid_gate',
    `${shown(name)} is not a metric; ${meant === undefined ? '' : `did you mean "${meant}"? `}There are ${names.join(', ')}`,
  )
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

function holds(actual: number, operator: Operator, limit: number): boolean {
  switch (operator) {
    case '>=':
      return actual >= limit
    case '<=':
      return actual <= limit
    case '>':
      return actual > limit
    case '<':
      return actual < limit
  }
}
