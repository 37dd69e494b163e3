import type { Manifest } from '@scaling-mlops/core'
import type { Report } from '@scaling-mlops/core/evaluation'
import { counted } from './format.ts'
import { Html, html } from './html.ts'
import { createNames } from './names.ts'
import { classesChapter } from './section/classes.ts'
import { decisionsChapter } from './section/decisions.ts'
import { errorsChapter } from './section/errors.ts'
import { importanceChapter } from './section/importance.ts'
import { profileChapter } from './section/profile.ts'
import { rankingChapter } from './section/ranking.ts'
import { scoresChapter } from './section/scores.ts'
import { slicesChapter } from './section/slices.ts'
import { summarySection } from './section/summary.ts'
import { REPORT_STYLES } from './styles.ts'

/**
 * A report as one HTML file that needs nothing beside it: no script, no request, readable on paper, on a phone, in light and dark.
 * The manifest adds titles, labels and units. The same report gives the same page.
 */
export function renderReport(report: Report, manifest?: Pick<Manifest, 'features' | 'description'>): string {
  const names = createNames(manifest?.features)
  const chapters: Chapter[] = [
    ...qualityChapters(report),
    { id: 'slices', title: 'Slices', content: slicesChapter(report, names) },
    { id: 'importance', title: 'Importance', content: importanceChapter(report, names) },
    { id: 'data', title: 'Data', content: profileChapter(report, names) },
  ].filter(entry => entry.content !== undefined)

  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${report.title} · version ${report.version} · evaluation</title>
<style>${new Html(REPORT_STYLES)}</style>
</head>
<body>
<a class="skip" href="#summary">To the summary</a>
<header class="masthead">
<p class="kind">Evaluation report</p>
<h1>${report.title}</h1>
${manifest?.description === undefined ? undefined : html`<p class="lead">${manifest.description}</p>`}
${facts(report)}
</header>
<nav aria-label="Contents"><ul>${chapters.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main>
${summarySection(report)}
${chapters.map(chapter => chapter.content)}
</main>
<footer><p>${report.model} version ${report.version}. Intervals are 95\u202f% percentile intervals from resampling the judged rows. Every number on this page comes from report.json.</p></footer>
</body>
</html>
`.markup
}

type Chapter = { readonly id: string; readonly title: string; readonly content: Html | undefined }

function qualityChapters(report: Report): Chapter[] {
  switch (report.task) {
    case 'binary':
      return [
        { id: 'decisions', title: 'Decisions', content: decisionsChapter(report) },
        // rows of one class cannot be ranked
        ...(report.curves.roc.length === 0
          ? []
          : [
              { id: 'ranking', title: 'Ranking', content: rankingChapter(report) },
              { id: 'scores', title: 'Scores', content: scoresChapter(report) },
            ]),
      ]
    case 'multiclass':
      return [{ id: 'classes', title: 'Classes', content: classesChapter(report) }]
    case 'regression':
      return [{ id: 'errors', title: 'Errors', content: errorsChapter(report) }]
  }
}

function facts(report: Report): Html {
  const { data } = report
  const target = report.task === 'binary' ? `${report.target}\u00a0=\u00a0${report.positive}` : report.target
  const entries: [string, string][] = [
    ['Model', `${report.model}, version ${report.version}`],
    ['Algorithm', report.algorithm],
    ['Predicts', target],
    ['Judged by', `${counted(data.rows, 'row')} of ${data.name}`],
  ]
  if (data.trainingRows !== undefined) entries.push(['Learned from', counted(data.trainingRows, 'row')])
  if (data.sha256 !== undefined) entries.push(['Data SHA-256', `${data.sha256.slice(0, 12)}…`])
  return html`<dl class="facts">${entries.map(([term, text]) => html`<div><dt>${term}</dt><dd>${text}</dd></div>`)}</dl>`
}
