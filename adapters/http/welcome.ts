import { html } from 'hono/html'

/** The plain page behind `GET /`: what this is and where to go on. */
export function welcomePage(greeting: string, modelNames: readonly string[]): string {
  const links = [
    ['/models', 'the models served here'],
    ...modelNames.slice(0, 20).map(name => [`/models/${encodeURIComponent(name)}`, `${name}: manifest and schema`]),
    ['/health/ready', 'readiness'],
  ]
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${greeting}</title>
<h1>${greeting}</h1>
<ul>
${links.map(
  ([href = '', text = '']) => html`<li><a href="${href}">${href}</a>: ${text}</li>
`,
)}
</ul>
<p>POST a row as JSON to <code>/predict</code>.</p>
</html>
`.toString()
}

/** HTML only for who asks for it by name: the header of a browser, not the star of curl. */
export function wantsHtml(accept: string | undefined): boolean {
  return accept !== undefined && /\btext\/html\b/i.test(accept)
}
