import type { Share, SpendingReport } from '@scaling-mlops/core/spending'
import { count, dollars } from './simulate-prose.ts'

/** A report as tables: months in columns; what has no component's tag is called so. */
export function spendingText(report: SpendingReport, { days }: { readonly days: boolean }): string {
  const { months, services, components, anomalies } = report
  const isMeasured = months.some(({ predictions }) => predictions !== undefined)
  const summary: Row[] = [
    ['', ...months.map(({ month }) => month), 'change'],
    ['total', ...months.map(({ total }) => dollars(total)), changeText(months.at(-1)?.change)],
    ['days', ...months.map(({ days }) => String(days)), ''],
    ...(isMeasured
      ? [
          ['predictions', ...months.map(({ predictions = 0 }) => count(predictions)), ''],
          [
            'per million',
            ...months.map(({ perMillionPredictions: price }) => (price === undefined ? '–' : dollars(price))),
            '',
          ],
        ]
      : []),
  ]
  return [
    ...columns([
      ...summary,
      ['by service'],
      ...services.map(toRow),
      ['by component'],
      ...components.map(toRow),
      ...(days ? [['by day', 'total', ...(isMeasured ? ['predictions'] : [])]] : []),
      ...(days
        ? report.days.map(({ day, total, predictions }) => [
            `  ${day}`,
            dollars(total),
            ...(predictions === undefined ? [] : [count(predictions)]),
          ])
        : []),
    ]),
    ...(anomalies.length === 0 ? [] : ['', 'far above the usual']),
    ...anomalies.map(
      ({ day, service, amount, usual }) => `  ${day}  ${service}: ${dollars(amount)}, usually ${dollars(usual)}`,
    ),
    '',
    `from ${report.from} to the day before ${report.to}; change is of a day on average against the month before`,
  ].join('\n')
}

type Row = readonly string[]

function toRow({ name, months, change }: Share): Row {
  return [`  ${name === '' ? '(no tag)' : name}`, ...months.map(dollars), changeText(change)]
}

function changeText(change: number | undefined): string {
  if (change === undefined) return '–'
  const percent = Math.round(change * 100)
  return `${percent > 0 ? '▲ +' : percent < 0 ? '▼ −' : ''}${Math.abs(percent)} %`
}

/** Names to the left, everything else to the right of its column. */
function columns(rows: readonly Row[]): string[] {
  const most = Math.max(...rows.map(row => row.length))
  const widths = Array.from({ length: most }, (_, index) => Math.max(...rows.map(row => row[index]?.length ?? 0)))
  return rows.map(row =>
    row
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}
