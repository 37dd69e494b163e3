import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { startJob } from '../../api/jobs.ts'
import { type ModelPlace, useExamples, useModel } from '../../api/models.ts'
import { Failure, Loading, PageHead } from '../../parts/states.tsx'
import { useUrlState } from '../../shell/url-state.ts'
import { ColumnCheck } from './column-check.tsx'
import { type Preview, previewOf } from './columns.ts'
import { FileDrop } from './file-drop.tsx'
import { JobProgress } from './job-progress.tsx'
import { JobTable } from './job-table.tsx'

type Chosen = { readonly file: File; readonly preview: Preview }

/** A whole file: drop it, check its columns, follow it, take the result. */
export default function BatchPage({ place }: { readonly place: ModelPlace }) {
  const { data: manifest, error } = useModel(place)
  const { data: examples = [] } = useExamples(place)
  const [job, setJob] = useUrlState('job')
  const [chosen, setChosen] = useState<Chosen>()
  const [problem, setProblem] = useState<string>()
  const queries = useQueryClient()
  const start = useMutation({
    mutationFn: ({ file, map }: { file: File; map: Readonly<Record<string, string>> }) => startJob(place, file, map),
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
      preview => setChosen({ file, preview }),
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
      {start.error && <Failure error={start.error} />}
      {chosen !== undefined ? (
        <ColumnCheck
          table={manifest.features}
          file={chosen.file}
          preview={chosen.preview}
          isSending={start.isPending}
          run={map => start.mutate({ file: chosen.file, map })}
          cancel={() => setChosen(undefined)}
        />
      ) : job !== null ? (
        <JobProgress id={job} close={() => setJob(null)} />
      ) : (
        <FileDrop take={take} name={manifest.name} sample={examples.map(({ row }) => row)} />
      )}
      <JobTable open={setJob} />
    </>
  )
}
