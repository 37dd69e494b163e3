import { Dialog } from '@base-ui/react/dialog'
import { count } from '@scaling-mlops/adapters/report/format'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { discard, type Selection, tryRedrive } from '../../api/dead-letters.ts'
import { Failure } from '../../parts/states.tsx'

/** Deletes letters for good; their number must be typed. */
export function DiscardDialog({
  selection,
  what,
  total,
  done,
}: {
  readonly selection: Selection
  readonly what: string
  /** Of chosen letters; of a filter it is asked for. */
  readonly total: number | undefined
  readonly done: (text: string) => void
}) {
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const queries = useQueryClient()
  const trial = useQuery({
    queryKey: ['trial', selection],
    queryFn: () => tryRedrive(selection),
    enabled: open && total === undefined,
    staleTime: 0,
    retry: false,
  })
  const number = total ?? trial.data?.matching
  const remove = useMutation({
    mutationFn: () => discard(selection),
    onSuccess: ({ discarded }) => {
      setOpen(false)
      setTyped('')
      done(`${count(discarded)} discarded.`)
      void queries.invalidateQueries({ queryKey: ['dead-letters'] })
    },
  })
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger className="button danger">Discard {what}</Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <Dialog.Title>Discard {what}</Dialog.Title>
          <Dialog.Description>There is no way back: export them first if they may still be needed.</Dialog.Description>
          {trial.error && <Failure error={trial.error} />}
          <form
            onSubmit={event => {
              event.preventDefault()
              remove.mutate()
            }}
          >
            <label>
              {number === undefined ? 'Counting …' : `Type ${number} to confirm`}
              <input
                className="input"
                inputMode="numeric"
                autoComplete="off"
                value={typed}
                onChange={event => setTyped(event.target.value)}
              />
            </label>
            {remove.error && <Failure error={remove.error} />}
            <div className="row end">
              <Dialog.Close className="button">Cancel</Dialog.Close>
              <button
                type="submit"
                className="button danger"
                disabled={number === undefined || typed.trim() !== String(number) || remove.isPending}
              >
                Discard
              </button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
