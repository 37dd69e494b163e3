import type { Report } from '@scaling-mlops/core/evaluation'
import { card, chapter, dataTable, grid } from '../card.ts'
import { count, figure, percent, percentExact } from '../format.ts'
import { type Html, html } from '../html.ts'

type MulticlassReport = Extract<Report, { task: 'multiclass' }>

/** Which classes are taken for which, and how each one does against the rest. */
export function classesChapter(report: MulticlassReport): Html {
  return chapter(
    'classes',
    'Classes',
    'The class with the highest probability is the answer.',
    grid(matrixCard(report), scoresCard(report)),
  )
}

function matrixCard({ classes, confusion }: MulticlassReport): Html {
  const mistakes = confusion
    .flatMap((counts, truth) => counts.map((rows, said) => ({ truth, said, rows })))
    .filter(({ truth, said }) => truth !== said)
    .toSorted((a, b) => b.rows - a.rows)
  const worst = mistakes[0]
  const name = (index: number) => classes[index]?.name ?? ''
  const sentence =
    worst === undefined || worst.rows === 0
      ? 'No row is taken for another class.'
      : `The most frequent mistake is to take ${name(worst.truth)} for ${name(worst.said)}: ${count(worst.rows)} of ${count(classes[worst.truth]?.rows ?? 0)} rows.`
  return card({
    kind: 'Confusion table',
    sentence,
    // three classes fit beside their figures, more take a row of their own
    wide: classes.length > 3,
    content: html`<div class="scroll" role="region" aria-label="Confusion table" tabindex="0"><table class="confusion"><thead><tr><td></td>${classes.map(
      entry => html`<th scope="col">said ${entry.name}</th>`,
    )}</tr></thead><tbody>${confusion.map((counts, truth) => {
      const rows = classes[truth]?.rows ?? 0
      return html`<tr><th scope="row">was ${name(truth)}</th>${counts.map(
        (cell, said) =>
          html`<td class="${said === truth ? 'hit' : 'miss'}" style="--share: ${rows === 0 ? 0 : Math.round((cell / rows) * 100)}%"><strong>${count(cell)}</strong><span>${rows === 0 ? '–' : percent(cell / rows)}</span></td>`,
      )}</tr>`
    })}</tbody></table></div><p class="foot">Percentages are of the row.</p>`,
  })
}

function scoresCard({ classes }: MulticlassReport): Html {
  const worst = classes.toSorted((a, b) => a.f1 - b.f1)[0]
  return card({
    kind: 'By class',
    wide: true,
    sentence: worst === undefined ? '' : `${worst.name} has the lowest F1, ${figure(worst.f1)}.`,
    content: dataTable(
      'Figures by class',
      [
        { title: 'Class', text: true, cell: entry => entry.name },
        { title: 'Rows', cell: entry => count(entry.rows) },
        { title: 'Precision', cell: entry => percentExact(entry.precision) },
        { title: 'Recall', cell: entry => percentExact(entry.recall) },
        { title: 'F1', cell: entry => figure(entry.f1) },
        { title: 'AUC', cell: entry => (entry.auc === undefined ? '–' : figure(entry.auc)) },
      ],
      classes,
    ),
  })
}
