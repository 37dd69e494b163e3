import { type Condition, holds, parseCondition } from '../condition.ts'
import { METRICS, type MetricName, type Metrics } from './metric.ts'

/** A condition that a report must meet, `auc>=0.85`. */
export type Gate = Condition<MetricName>

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

/** Reads `metric>=limit`; `roc_auc`, `log_loss` and the like are understood. Throws `invalid_gate`. */
export function parseGate(text: string): Gate {
  return parseCondition(text, Object.keys(METRICS) as MetricName[], 'auc>=0.85', OTHER_NAMES)
}

/** Checks gates against the metrics of a report, in the order given. */
export function checkGates(gates: readonly Gate[], metrics: Metrics): GateResult[] {
  return gates.map(condition => {
    const { name, operator, limit } = condition
    const gate = `${name}${operator}${limit}`
    const actual = metrics[name]?.value
    return actual === undefined ? { gate, passed: false } : { gate, passed: holds(condition, actual), actual }
  })
}
