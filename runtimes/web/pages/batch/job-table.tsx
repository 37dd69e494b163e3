import { count } from '@scaling-mlops/adapters/report/format'
import { useJobs } from '../../api/jobs.ts'
import { moment } from '../../parts/moment.ts'
import { Failure } from '../../parts/states.tsx'
import { STATES } from './job-progress.tsx'

/** The last jobs of all models. */
export function JobTable({ open }: { readonly open: (id: string) => void }) {
  const { data: jobs, error } = useJobs()
  if (error) return <Failure error={error} />
  if (jobs === undefined || jobs.length === 0) return null
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="card scroll" aria-label="Jobs" tabIndex={0}>
      <h2>Jobs</h2>
      <table>
        <thead>
          <tr>
            {['File', 'Model', 'State', 'Rows', 'Started'].map(title => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {jobs.map(job => (
            <tr key={job.id}>
              <th scope="row">
                <button type="button" className="button plain" onClick={() => open(job.id)}>
                  {job.filename}
                </button>
              </th>
              <td>
                {job.model}, version {job.version}
              </td>
              <td>{STATES[job.state]}</td>
              <td>{count(job.progress.rows)}</td>
              <td>{moment(job.createdAt)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
