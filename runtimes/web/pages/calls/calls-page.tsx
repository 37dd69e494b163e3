import { useState } from 'react'
import { apiOrigin, shownOrigin } from '../../api/http.ts'
import { type ModelPlace, modelPath, useExamples, useModels } from '../../api/models.ts'
import { Failure, Loading, PageHead } from '../../parts/states.tsx'
import { lastModel } from '../../shell/place.ts'
import { snippetsOf } from './snippets.ts'

const ROUTES = [
  ['POST /predict', 'the default model: an object, a list, or a row a line'],
  ['POST /models/{name}/predict', 'a model by name; /versions/{v}/ pins one'],
  ['POST /models/{name}/explain', 'what raises and lowers a result'],
  ['POST /models/{name}/whatif', 'a result with all that would change it'],
  ['POST /jobs?model={name}', 'a file scored in the background'],
  ['POST /streams/{name}/records', 'records to be scored in their turn'],
  ['GET /models', 'what is served'],
  ['GET /health/ready', 'whether requests should be sent here'],
  ['GET /metrics', 'for Prometheus'],
] as const

const ERRORS = [
  ['400 invalid_row', 'fields are missing, of a wrong type, not allowed or out of range; errors[] names each'],
  ['400 malformed_json', 'the body is not JSON'],
  ['401, 403', 'an operator route without its key'],
  ['404 unknown_model', 'no model of that name; the nearest is named'],
  ['413', 'the body is larger than MAX_BODY_BYTES'],
  ['429 overloaded', 'the work would wait too long; Retry-After says when to come again'],
  ['503 model_unavailable', 'the model cannot answer now'],
] as const

/** How programs call what this console calls. */
export default function CallsPage() {
  const { data: models, error } = useModels()
  const model = models?.find(({ name }) => name === lastModel.get()) ?? models?.[0]
  return (
    <>
      <PageHead title="API">
        <p>
          Base address <code>{shownOrigin()}</code> · <a href={`${apiOrigin}/docs`}>every route, to try</a> ·{' '}
          <a href={`${apiOrigin}/openapi.json`}>OpenAPI document</a>
        </p>
      </PageHead>
      {error && <Failure error={error} />}
      {model === undefined ? <Loading /> : <Calls place={{ name: model.name, version: undefined }} />}
      <div className="cards">
        <Listing title="Routes" rows={ROUTES} />
        <Listing title="Errors" rows={ERRORS}>
          Errors are problem documents (RFC 9457) with code, errors[] and requestId.
        </Listing>
      </div>
    </>
  )
}

function Calls({ place }: { readonly place: ModelPlace }) {
  const { data: examples } = useExamples(place)
  const [said, say] = useState('')
  const row = examples?.[Math.floor(examples.length / 2)]?.row
  if (row === undefined) return <Loading />
  return (
    <>
      <p className="hidden" role="status">
        {said}
      </p>
      <div className="cards">
        {snippetsOf(`${modelPath(place)}/predict`, row).map(({ title, text }) => (
          <section className="card" key={title} aria-label={title}>
            <div className="form-head">
              <h2>{title}</h2>
              <button
                type="button"
                className="button"
                aria-label={`Copy ${title}`}
                onClick={() =>
                  void navigator.clipboard.writeText(text).then(
                    () => say(`${title} copied.`),
                    () => say('The browser does not allow copying here.'),
                  )
                }
              >
                Copy
              </button>
            </div>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
            <pre tabIndex={0}>
              <code>{text}</code>
            </pre>
          </section>
        ))}
      </div>
    </>
  )
}

function Listing({
  title,
  rows,
  children,
}: {
  readonly title: string
  readonly rows: readonly (readonly [string, string])[]
  readonly children?: string
}) {
  return (
    <section className="card" aria-label={title}>
      <h2>{title}</h2>
      {children !== undefined && <p className="muted">{children}</p>}
      <table className="listing">
        <tbody>
          {rows.map(([name, text]) => (
            <tr key={name}>
              <th scope="row">
                <code>{name}</code>
              </th>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
