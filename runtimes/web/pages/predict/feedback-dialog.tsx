import { Dialog } from '@base-ui/react/dialog'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { postJson } from '../../api/http.ts'
import { type ModelPlace, modelPath } from '../../api/models.ts'
import type { WhatIf } from '../../api/whatif.ts'
import { Failure } from '../../parts/states.tsx'

/** Says that a prediction looks wrong; the server keeps it with the row for who looks after the model. */
export function FeedbackDialog({ place, result }: { readonly place: ModelPlace; readonly result: WhatIf }) {
  const [open, setOpen] = useState(false)
  const [comment, setComment] = useState('')
  const send = useMutation({
    mutationFn: () =>
      postJson(`${modelPath(place)}/feedback`, {
        row: result.row,
        verdict: 'wrong',
        comment,
        answer: { output: result.output },
      }),
  })
  return (
    <Dialog.Root
      open={open}
      onOpenChange={next => {
        setOpen(next)
        if (next) send.reset()
      }}
    >
      <Dialog.Trigger className="button">This looks wrong</Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <Dialog.Title>This looks wrong</Dialog.Title>
          <Dialog.Description>The row, the result and your words are kept on the server.</Dialog.Description>
          {send.isSuccess ? (
            <>
              <p role="status">Kept. Thank you.</p>
              <div className="row end">
                <Dialog.Close className="button primary">Close</Dialog.Close>
              </div>
            </>
          ) : (
            <form
              onSubmit={event => {
                event.preventDefault()
                send.mutate()
              }}
            >
              <label>
                What did you expect?
                <textarea
                  className="input"
                  maxLength={1000}
                  value={comment}
                  onChange={event => setComment(event.target.value)}
                />
              </label>
              {send.error && <Failure error={send.error} />}
              <div className="row end">
                <Dialog.Close className="button">Cancel</Dialog.Close>
                <button type="submit" className="button primary" disabled={send.isPending}>
                  Send
                </button>
              </div>
            </form>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
