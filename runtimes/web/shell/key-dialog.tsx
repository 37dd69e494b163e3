import { Dialog } from '@base-ui/react/dialog'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { operatorKey } from '../api/http.ts'

/** Asks for an operator's key, which this tab keeps until it is closed. */
export function KeyButton({ title = 'Operator key' }: { readonly title?: string }) {
  const [open, setOpen] = useState(false)
  const [key, setKey] = useState(operatorKey.get() ?? '')
  const queries = useQueryClient()
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger className="button key">{title}</Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <Dialog.Title>Operator key</Dialog.Title>
          <Dialog.Description>
            One of the keys in API_KEYS. It opens operations, dead letters and jobs, and is kept in this tab alone.
          </Dialog.Description>
          <form
            onSubmit={event => {
              event.preventDefault()
              operatorKey.set(key.trim())
              setOpen(false)
              void queries.invalidateQueries()
            }}
          >
            <label>
              Key
              <input
                className="input"
                type="password"
                autoComplete="off"
                value={key}
                onChange={event => setKey(event.target.value)}
              />
            </label>
            <div className="row end">
              <Dialog.Close className="button">Cancel</Dialog.Close>
              <button type="submit" className="button primary">
                Use key
              </button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
