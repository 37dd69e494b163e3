import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError } from '../../api/http.ts'
import { startJob } from '../../api/jobs.ts'
import { type ModelPlace, useExamples, useModel } from '../../api/models.ts'
import { Failure, Loading, PageHead } from '../../parts/states.tsx'
import { useUrlState } from '../../shell/url-state.ts'
import { ColumnCheck } from './column-check.tsx'
import { type Preview, previewOf } from './columns.ts'
import { FileDrop } from './file-drop.tsx'
import { JobProgress } from './job-progress.tsx'
import { JobTable } from './job-table.tsx'

type Chosen = { readonly file: File; readonly preview: Preview; readonly key: string }

/** A whole file: drop it, check its columns, follow it, take the result. */
export default function BatchPage({ place }: { readonly place: ModelPlace }) {
  const { data: manifest, error } = useModel(place)
  const { data: examples = [] } = useExamples(place)
  const [job, setJob] = useUrlState('job')
  const [chosen, setChosen] = useState<Chosen>()
  const [problem, setProblem] = useState<string>()
  const queries = useQueryClient()
  const start = useMutation({
    mutationFn: ({ file, key, map }: Chosen & { readonly map: Readonly<Record<string, string>> }) =>
      startJob(place, file, map, key),
    onSuccess: ({ id }) => {
      setChosen(undefined)
      setJob(id)
      void queries.invalidateQueries({ queryKey: ['jobs'] })
    },
  })
  if (error) return <Failure error={error} />
  if (manifest === undefined) return <Loading />
  const take = (file: File) => {
    setProblem(undefined)
    start.reset()
    previewOf(file).then(
      preview => {
        setJob(null)
        setChosen({ file, preview, key: `${Date.now()}-${Math.random()}` })
      },
      reason => setProblem((reason as Error).message),
    )
  }
  return (
    <>
      <PageHead title="Batch" detail={`${manifest.title}, version ${manifest.version}`} />
      {problem !== undefined && (
        <p className="notice bad" role="alert">
          {problem}
        </p>
      )}
      {start.error && (
        <Failure error={start.error}>
          {start.error instanceof ApiError && start.error.status === 413 && (
            <span>
              On the command line there is no limit: <code>npx scaling-mlops score {place.name} FILE -o OUT</code>
            </span>
          )}
        </Failure>
      )}
      <Steps at={chosen !== undefined ? 1 : job === null ? 0 : 2} />
      {chosen !== undefined ? (
        <ColumnCheck
          table={manifest.features}
          file={chosen.file}
          preview={chosen.preview}
          isSending={start.isPending}
          run={map => start.mutate({ ...chosen, map })}
          cancel={() => setChosen(undefined)}
        />
      ) : job !== null ? (
        <JobProgress id={job} close={() => setJob(null)} take={take} />
      ) : (
        <FileDrop take={take} name={manifest.name} sample={examples.map(({ row }) => row)} />
      )}
      <JobTable open={setJob} />
    </>
  )
}

const STEPS = ['Drop', 'Check', 'Run and result']

function Steps({ at }: { readonly at: number }) {
  return (
    <ol className="steps">
      {STEPS.map((title, index) => (
        <li key={title} aria-current={index === at ? 'step' : undefined}>
          {index + 1}. {title}
        </li>
      ))}
    </ol>
  )
}
