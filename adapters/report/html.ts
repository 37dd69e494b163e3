/** Markup that is known to be safe: made by `html`, from texts that were escaped. */
export class Html {
  readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }
}

type Part = Html | string | number | undefined | readonly Part[]

/** Writes a template as markup. Every text put into it is escaped, for content and for quoted attributes alike; only `Html` goes in as it is. */
export function html(template: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(template.reduce((markup, text, index) => markup + markupOf(parts[index - 1]) + text))
}

function markupOf(part: Part): string {
  if (part instanceof Html) return part.markup
  if (part === undefined) return ''
  if (typeof part === 'object') return part.map(markupOf).join('')
  return String(part).replace(/[&<>"'`]/g, character => `&#${character.charCodeAt(0)};`)
}
