import { CoreError } from '../errors.ts'
import { METRICS } from './metric.ts'
import type { Report } from './report.ts'

/** Reads an unchecked document as a report, or throws an `invalid_manifest` error that names what is wrong. */
export function parseReport(document: unknown): Report {
  const report = (typeof document === 'object' && document !== null ? document : {}) as Partial<Report>
  const problems: string[] = []
  if (report.schemaVersion !== 1) problems.push(`schemaVersion must be 1; got ${JSON.stringify(report.schemaVersion)}`)
  if (!['binary', 'multiclass', 'regression'].includes(String(report.task)))
    problems.push(`task must be binary, multiclass or regression; got ${JSON.stringify(report.task)}`)
  if (
    !Object.entries(report.metrics ?? { '': undefined }).every(([name, metric]) => name in METRICS && isFigure(metric))
  )
    problems.push('metrics must be an object of {"value": number}, by the names that gates use')
  for (const list of ['slices', 'importance'] as const)
    if (!Array.isArray(report[list])) problems.push(`${list} must be a list`)
  if (problems.length > 0) throw new CoreError('invalid_manifest', `report.json: ${problems.join('; ')}`)
  return report as Report
}

function isFigure(metric: unknown): boolean {
  return Number.isFinite((metric as { value?: unknown } | null | undefined)?.value)
}
