import { Dialog } from '@base-ui/react/dialog'
import { useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'

const OFF = 'shortcuts-off'
const LETTERS: Readonly<Record<string, string>> = {
  p: 'predict',
  b: 'batch',
  e: 'evaluate',
  m: 'models',
  o: 'operations',
}

/** Single keys for who likes them; none is needed, and all can be switched off. */
export function ShortcutHelp({
  destinations,
}: {
  readonly destinations: readonly { readonly page: string; readonly title: string; readonly href: string }[]
}) {
  const [open, setOpen] = useState(false)
  const [isOff, setOff] = useState(localStorage.getItem(OFF) === 'yes')
  const [, navigate] = useLocation()
  const lastG = useRef(0)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement
      const isTyping = target.matches(
        'input:not([type=range], [type=radio], [type=checkbox]), textarea, select, [role=slider]',
      )
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey || isOff) return
      if (event.key === '?') setOpen(true)
      else if (event.key === 'g') lastG.current = event.timeStamp
      else if (event.timeStamp - lastG.current < 1000) {
        const href = destinations.find(({ page }) => page === LETTERS[event.key])?.href
        if (href !== undefined) navigate(href)
        lastG.current = 0
      } else if (event.key === '/') {
        event.preventDefault()
        const [rail, top] = [document.getElementById('model-rail'), document.getElementById('model-top')]
        ;(rail?.checkVisibility() ? rail : top)?.focus()
      }
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [destinations, navigate, isOff])
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <Dialog.Title>Keyboard</Dialog.Title>
          <table>
            <tbody>
              {Object.entries(LETTERS).map(([letter, page]) => (
                <tr key={letter}>
                  <th scope="row">
                    <kbd>g</kbd> <kbd>{letter}</kbd>
                  </th>
                  <td>{destinations.find(destination => destination.page === page)?.title}</td>
                </tr>
              ))}
              {[
                ['/', 'Model switcher'],
                ['r', 'Reset the row (Predict)'],
                ['[ ]', 'Threshold down or up by 0.01 (Predict, Evaluate)'],
                ['Esc', 'Close'],
              ].map(([key, what]) => (
                <tr key={key}>
                  <th scope="row">
                    <kbd>{key}</kbd>
                  </th>
                  <td>{what}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <label>
            <input
              type="checkbox"
              checked={isOff}
              onChange={event => {
                localStorage.setItem(OFF, event.target.checked ? 'yes' : 'no')
                setOff(event.target.checked)
              }}
            />{' '}
            Switch single keys off
          </label>
          <div className="row end">
            <Dialog.Close className="button">Close</Dialog.Close>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** Runs an action at a single key unless somebody types or has switched such keys off. */
export function useKey(keys: readonly string[], act: (key: string) => void): void {
  const latest = useRef(act)
  latest.current = act
  const joined = keys.join(' ')
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement
      if (target.matches('input:not([type=range], [type=radio], [type=checkbox]), textarea, select')) return
      if (event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem(OFF) === 'yes') return
      if (joined.split(' ').includes(event.key)) latest.current(event.key)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [joined])
}
