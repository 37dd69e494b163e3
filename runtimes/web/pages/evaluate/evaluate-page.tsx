import type { Report } from '@scaling-mlops/core/evaluation'
import type { ReactNode } from 'react'
import { ApiError, apiOrigin } from '../../api/http.ts'
import { type ModelPlace, modelPath, useModel, useReport } from '../../api/models.ts'
import { Failure, Loading, PageHead } from '../../parts/states.tsx'
import { BinaryEvaluation } from './binary-evaluation.tsx'
import { Importance, Slices } from './importance.tsx'
import { OtherEvaluation } from './other-evaluation.tsx'
import { Summary } from './summary.tsx'

/** How good a model is on rows it has not seen, all of it from `report.json`. */
export default function EvaluatePage({ place }: { readonly place: ModelPlace }) {
  const { data: report, error } = useReport(place)
  const { data: manifest } = useModel(place)
  if (report === undefined)
    return (
      <>
        <PageHead title="Evaluate" detail={place.name} />
        {error === null ? <Loading lines={6} /> : <Missing place={place} error={error} />}
      </>
    )
  const table = manifest?.features ?? []
  return (
    <>
      <PageHead title="Evaluate" detail={`${report.title}, version ${report.version}`}>
        <a
          className="button"
          href={`${apiOrigin}${modelPath(place)}/report`}
          download={`${report.model}-${report.version}-report.json`}
        >
          Download report.json
        </a>
      </PageHead>
      <Summary report={report} />
      <Evaluation report={report}>
        <Slices report={report} table={table} />
        <Importance report={report} table={table} />
      </Evaluation>
    </>
  )
}

/** What fits the task, and after it what is there for every model. */
function Evaluation({ report, children }: { readonly report: Report; readonly children: ReactNode }) {
  return report.task === 'binary' ? (
    <BinaryEvaluation report={report}>{children}</BinaryEvaluation>
  ) : (
    <OtherEvaluation report={report}>{children}</OtherEvaluation>
  )
}

function Missing({ place, error }: { readonly place: ModelPlace; readonly error: Error }) {
  if (!(error instanceof ApiError) || error.status !== 404) return <Failure error={error} />
  return (
    <div className="empty">
      <p>This version has no report. Judge it by rows with known answers:</p>
      <pre>
        <code>npx scaling-mlops evaluate {place.name} labelled.csv --report report.html</code>
      </pre>
    </div>
  )
}
