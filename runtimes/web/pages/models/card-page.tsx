import { apiOrigin } from '../../api/http.ts'
import { type ModelPlace, modelPath, useCard, useModel } from '../../api/models.ts'
import { moment } from '../../parts/moment.ts'
import { Failure, Loading, PageHead } from '../../parts/states.tsx'
import { Markdown } from './markdown.tsx'

/** What the model is for, how it was made, and its facts. */
export default function CardPage({ place }: { readonly place: ModelPlace }) {
  const { data: manifest, error } = useModel(place)
  const card = useCard(place)
  if (error) return <Failure error={error} />
  if (manifest === undefined) return <Loading lines={8} />
  const facts: readonly (readonly [string, string])[] = [
    ['Name', `${manifest.name}, version ${manifest.version}`],
    ['Algorithm', manifest.algorithm],
    ['Task', manifest.task.kind],
    ['Target', manifest.task.target],
    ...(manifest.task.kind === 'binary' ? ([['Threshold', String(manifest.task.threshold)]] as const) : []),
    ['Fields', String(manifest.features.length)],
    ['Created', moment(manifest.created)],
    ...Object.entries(manifest.files).map(([file, hash]) => [`SHA-256 of ${file}`, hash] as const),
  ]
  const base = `${apiOrigin}${modelPath(place)}`
  return (
    <>
      <PageHead title={manifest.title} detail="model card" />
      <div className="two">
        <section className="card" aria-label="Model card">
          {card.error ? (
            <Failure error={card.error} />
          ) : card.data === undefined ? (
            <Loading lines={6} />
          ) : (
            <Markdown text={withoutTitle(card.data)} />
          )}
        </section>
        <aside className="card" aria-label="Facts">
          <h2>Facts</h2>
          <dl className="facts">
            {facts.map(([term, text]) => (
              <div key={term}>
                <dt>{term}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
          <h3>Downloads</h3>
          <ul>
            {[
              ['Manifest and schema', base],
              ['Report', `${base}/report`],
              ['Card', `${base}/card`],
            ].map(([title, href]) => (
              <li key={title}>
                <a href={href}>{title}</a>
              </li>
            ))}
          </ul>
        </aside>
      </div>
    </>
  )
}

/** The page has the title already. */
function withoutTitle(card: string): string {
  return card.replace(/^(---\n[\s\S]*?\n---\s*)?# .*\n/, '$1')
}
