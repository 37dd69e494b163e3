import { shownOrigin } from '../../api/http.ts'
import type { FormRow } from '../../api/models.ts'

export type Snippet = { readonly title: string; readonly text: string }

/** One prediction in the languages people call it from, ready to paste. */
export function snippetsOf(path: string, row: FormRow): Snippet[] {
  const url = `${shownOrigin()}${path}`
  const event = {
    version: '2.0',
    rawPath: path,
    headers: { 'content-type': 'application/json' },
    requestContext: { http: { method: 'POST', path } },
    body: JSON.stringify(row),
    isBase64Encoded: false,
  }
  return [
    {
      title: 'curl',
      text: `curl -s ${url} -H 'content-type: application/json' -d ${quoted(indented(row))}`,
    },
    {
      title: 'JavaScript',
      text: [
        `const response = await fetch(${JSON.stringify(url)}, {`,
        `  method: 'POST',`,
        `  headers: { 'content-type': 'application/json' },`,
        `  body: JSON.stringify(${indented(row).replaceAll('\n', '\n  ')}),`,
        '})',
        'console.log(await response.json())',
      ].join('\n'),
    },
    {
      title: 'Python',
      text: [
        'import json, urllib.request',
        '',
        `row = ${indented(row).replaceAll(/^( {2}".*"): null(,?)$/gm, '$1: None$2')}`,
        'request = urllib.request.Request(',
        `    ${JSON.stringify(url)},`,
        '    data=json.dumps(row).encode(),',
        '    headers={"content-type": "application/json"},',
        ')',
        'print(json.load(urllib.request.urlopen(request)))',
      ].join('\n'),
    },
    {
      title: 'AWS CLI',
      text: [
        'aws lambda invoke --function-name FUNCTION \\',
        '  --cli-binary-format raw-in-base64-out \\',
        `  --payload ${quoted(indented(event))} \\`,
        '  /dev/stdout',
      ].join('\n'),
    },
  ]
}

function indented(value: unknown): string {
  return JSON.stringify(value, null, 2)
}

/** As one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
