import { LEAST_SLICE_ROWS, METRICS, type Report, type Slice } from '@scaling-mlops/core/evaluation'
import { chapter, dataTable } from '../card.ts'
import { count, figure, percentExact, signed } from '../format.ts'
import { Html, html } from '../html.ts'
import type { Names } from '../names.ts'

/** How the model does for parts of the rows, worst first. */
export function slicesChapter(report: Report, names: Names): Html | undefined {
  if (report.slices.length === 0) return undefined
  const { title, better } = METRICS[report.quality]
  const worse = better === 'higher' ? 1 : -1
  const judged = report.slices
    .filter(slice => slice.quality !== undefined)
    .toSorted((a, b) => worse * ((a.quality ?? 0) - (b.quality ?? 0)))
  const small = report.slices.filter(slice => slice.quality === undefined)
  const worst = judged[0]
  const overall = report.metrics[report.quality]?.value ?? Number.NaN
  const sentence =
    worst === undefined
      ? `No part of the rows has the ${LEAST_SLICE_ROWS} rows, of more than one outcome, that it takes to be judged alone.`
      : `${title} is ${better === 'higher' ? 'lowest' : 'highest'} for ${sliceName(worst, names)}: ${figure(worst.quality ?? 0)}, where all rows have ${figure(overall)}.`
  return chapter(
    'slices',
    'Slices',
    html`${sentence} ${small.length === 0 || worst === undefined ? '' : `Those with fewer than ${LEAST_SLICE_ROWS} rows, or of one class, stand last and are not judged.`}`,
    worst === undefined
      ? new Html('')
      : html`<div class="card plain tall">${dataTable('Slices', columnsFor(report, names, title, overall), [...judged, ...small])}</div>`,
  )
}

function columnsFor(report: Report, names: Names, title: string, overall: number) {
  const number = (value: number) => (report.task === 'binary' ? percentExact(value) : figure(value))
  const shown = (value: number | undefined) => (value === undefined ? '–' : number(value))
  const compared = [
    { title: 'Happened', cell: (slice: Slice) => shown(slice.actual) },
    { title: 'Said', cell: (slice: Slice) => shown(slice.predicted) },
    {
      title: 'Said − happened',
      cell: ({ actual, predicted }: Slice) =>
        actual === undefined || predicted === undefined ? '–' : signed(predicted - actual, number),
    },
  ]
  return [
    { title: 'Slice', text: true, cell: (slice: Slice) => sliceName(slice, names) },
    { title: 'Rows', cell: (slice: Slice) => count(slice.rows) },
    ...(report.task === 'multiclass' ? [] : compared),
    {
      title,
      cell: ({ quality }: Slice) =>
        quality === undefined
          ? '–'
          : html`<span class="${isWorse(report, quality, overall) ? 'weak' : ''}">${figure(quality)}${isWorse(report, quality, overall) ? ' ▼' : ''}</span>`,
    },
  ]
}

/** Clearly below the whole: by a tenth of it. */
function isWorse(report: Report, quality: number, overall: number): boolean {
  return METRICS[report.quality].better === 'higher' ? quality < 0.9 * overall : quality > 1.1 * overall
}

function sliceName({ feature, value }: Slice, names: Names): string {
  const unit = names.unit(feature)
  return `${names.feature(feature)} = ${names.value(feature, value)}${unit === undefined ? '' : ` ${unit}`}`
}
