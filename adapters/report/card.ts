import { type Html, html } from './html.ts'

/** A card: what kind of picture it is, the sentence that says what to see, the picture, and its numbers. */
export function card(options: {
  readonly kind: string
  readonly sentence: string
  readonly content: Html
  readonly legend?: readonly LegendEntry[]
  readonly numbers?: Html
  readonly wide?: boolean
}): Html {
  const { kind, sentence, content, legend = [], numbers } = options
  return html`<section class="card${options.wide ? ' wide' : ''}"><p class="kind">${kind}</p><h3>${sentence}</h3>${
    legend.length === 0
      ? undefined
      : html`<ul class="legend">${legend.map(({ className, label }) => html`<li><svg viewBox="0 0 18 10" aria-hidden="true"><line class="${className}" x1="1" x2="17" y1="5" y2="5"/></svg>${label}</li>`)}</ul>`
  }${content}${numbers === undefined ? undefined : html`<details><summary>Show data</summary>${numbers}</details>`}</section>`
}

export type LegendEntry = { readonly className: string; readonly label: string }

export type Column<Row> = {
  readonly title: string
  /** Text columns stand left, figures right. */
  readonly text?: boolean
  readonly cell: (row: Row) => Html | string
}

/** A table in a box of its own, which scrolls where it is wider than the page. The first column names the row. */
export function dataTable<Row>(name: string, columns: readonly Column<Row>[], rows: readonly Row[]): Html {
  const side = (column: Column<Row>) => (column.text ? 'text' : 'number')
  return html`<div class="scroll" role="region" aria-label="Table: ${name}" tabindex="0"><table><thead><tr>${columns.map(
    column => html`<th scope="col" class="${side(column)}">${column.title}</th>`,
  )}</tr></thead><tbody>${rows.map(
    row =>
      html`<tr>${columns.map((column, index) =>
        index === 0
          ? html`<th scope="row" class="${side(column)}">${column.cell(row)}</th>`
          : html`<td class="${side(column)}">${column.cell(row)}</td>`,
      )}</tr>`,
  )}</tbody></table></div>`
}

/** A chapter of the report, with an id for the list of contents. */
export function chapter(id: string, title: string, introduction: Html | string, ...content: readonly Html[]): Html {
  return html`<section class="chapter" id="${id}" aria-labelledby="${id}-title"><header><h2 id="${id}-title">${title}</h2><p>${introduction}</p></header>${content}</section>`
}

export function grid(...cards: readonly (Html | undefined)[]): Html {
  return html`<div class="cards">${cards}</div>`
}
