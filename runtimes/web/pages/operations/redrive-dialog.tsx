import { Dialog } from '@base-ui/react/dialog'
import { count } from '@scaling-mlops/adapters/report/format'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { redrive, type Selection, tryRedrive } from '../../api/dead-letters.ts'
import { Failure } from '../../parts/states.tsx'

/** Sends letters back to the queue; says before how many would pass now. */
export function RedriveDialog({
  selection,
  what,
  done,
}: {
  readonly selection: Selection
  readonly what: string
  readonly done: (text: string) => void
}) {
  const [open, setOpen] = useState(false)
  const [rate, setRate] = useState(50)
  const queries = useQueryClient()
  const trial = useQuery({
    queryKey: ['trial', selection],
    queryFn: () => tryRedrive(selection),
    enabled: open,
    staleTime: 0,
    retry: false,
  })
  const send = useMutation({
    mutationFn: () => redrive(selection, rate),
    onSuccess: ({ redriven }) => {
      setOpen(false)
      done(`${count(redriven)} sent back to the queue.`)
      void queries.invalidateQueries({ queryKey: ['dead-letters'] })
    },
  })
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger className="button">Redrive {what}</Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <Dialog.Title>Redrive {what}</Dialog.Title>
          <Dialog.Description>The records go back to the queue under their ids.</Dialog.Description>
          <p role="status">
            {trial.data === undefined
              ? 'Trying them with the models of today …'
              : `Dry run: ${count(trial.data.passing)} of ${count(trial.data.matching)} would pass now.`}
          </p>
          {trial.error && <Failure error={trial.error} />}
          <form
            onSubmit={event => {
              event.preventDefault()
              send.mutate()
            }}
          >
            <label>
              Records a second, 1 to 500
              <input
                className="input"
                type="number"
                min="1"
                max="500"
                value={rate}
                onChange={event => setRate(event.target.valueAsNumber)}
              />
            </label>
            {send.error && <Failure error={send.error} />}
            <div className="row end">
              <Dialog.Close className="button">Cancel</Dialog.Close>
              <button type="submit" className="button primary" disabled={send.isPending}>
                Redrive
              </button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
