import { shownOrigin } from '../../api/http.ts'
import type { FormRow } from '../../api/models.ts'

export type Snippet = { readonly title: string; readonly text: string }

/** One prediction in the languages people call it from, ready to paste. */
export function snippetsOf(path: string, row: FormRow): Snippet[] {
  const url = `${shownOrigin()}${path}`
  const json = JSON.stringify(row)
  const shell = `'${json.replaceAll("'", "'\\''")}'`
  const event = {
    version: '2.0',
    rawPath: path,
    headers: { 'content-type': 'application/json' },
    requestContext: { http: { method: 'POST', path } },
    body: json,
    isBase64Encoded: false,
  }
  return [
    { title: 'curl', text: `curl -s ${url} -H 'content-type: application/json' -d ${shell}` },
    {
      title: 'JavaScript',
      text: `const response = await fetch(${JSON.stringify(url)}, {\n  method: 'POST',\n  headers: { 'content-type': 'application/json' },\n  body: JSON.stringify(${JSON.stringify(row, null, 2).replaceAll('\n', '\n  ')}),\n})\nconsole.log(await response.json())`,
    },
    {
      title: 'Python',
      text: `import json, urllib.request\n\nrow = json.loads(${pythonText(json)})\nrequest = urllib.request.Request(\n    ${pythonText(url)},\n    data=json.dumps(row).encode(),\n    headers={"content-type": "application/json"},\n)\nprint(json.load(urllib.request.urlopen(request)))`,
    },
    {
      title: 'AWS CLI',
      text: `aws lambda invoke --function-name FUNCTION --cli-binary-format raw-in-base64-out \\\n  --payload '${JSON.stringify(event).replaceAll("'", "'\\''")}' /dev/stdout`,
    },
  ]
}

/** JSON's text is Python's, too. */
function pythonText(text: string): string {
  return JSON.stringify(text)
}
