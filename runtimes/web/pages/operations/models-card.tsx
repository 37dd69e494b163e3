import { count } from '@scaling-mlops/adapters/report/format'
import { Link } from 'wouter'
import type { Snapshot } from '../../api/operations.ts'

/** What is served, and by how many processes. */
export function ModelsCard({ last }: { readonly last: Snapshot }) {
  return (
    <section className="card" aria-labelledby="ops-models">
      <h2 id="ops-models">Models</h2>
      <div className="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Serving</th>
              <th scope="col">Versions</th>
            </tr>
          </thead>
          <tbody>
            {last.models.map(({ name, serving, versions }) => (
              <tr key={name}>
                <th scope="row">
                  <Link href={`/m/${encodeURIComponent(name)}/predict`}>{name}</Link>
                </th>
                <td>version {serving}</td>
                <td>{versions.join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="small muted">
        {count(last.workers)} worker process{last.workers === 1 ? '' : 'es'}. Golden rows are scored whenever a model is
        opened; one that fails them does not serve.
      </p>
    </section>
  )
}
