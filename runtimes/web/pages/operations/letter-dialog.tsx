import { Dialog } from '@base-ui/react/dialog'
import { Link } from 'wouter'
import type { Letter } from '../../api/dead-letters.ts'
import { moment } from '../../parts/moment.ts'

/** One letter in full. */
export function LetterDialog({ letter }: { readonly letter: Letter }) {
  const row = rowOf(letter.body)
  return (
    <Dialog.Root>
      <Dialog.Trigger className="button" aria-label={`Inspect ${letter.id}`}>
        Inspect
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog drawer">
          <Dialog.Title>{letter.id}</Dialog.Title>
          <Dialog.Description>{letter.reason}</Dialog.Description>
          <dl className="facts">
            {[
              ['Code', letter.code],
              ['Model', `${letter.model ?? 'none'}${letter.version == null ? '' : `, version ${letter.version}`}`],
              ['Attempts', String(letter.attempts)],
              ['First seen', moment(letter.firstSeen)],
              ['Last seen', moment(letter.lastSeen)],
            ].map(([term, text]) => (
              <div key={term}>
                <dt>{term}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
          {letter.issues !== undefined && letter.issues.length > 0 && (
            <>
              <h3>What is wrong</h3>
              <ul>
                {letter.issues.map(({ message }) => (
                  <li key={message}>{message}</li>
                ))}
              </ul>
            </>
          )}
          <h3>Record</h3>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
          <pre tabIndex={0}>
            <code>{row === undefined ? letter.body : JSON.stringify(row, null, 2)}</code>
          </pre>
          <div className="row end">
            {row !== undefined && letter.model != null && (
              <Link
                className="button"
                href={`/m/${encodeURIComponent(letter.model)}/predict?row=${encodeURIComponent(JSON.stringify(row))}`}
              >
                Try in Predict
              </Link>
            )}
            <Dialog.Close className="button primary">Close</Dialog.Close>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** The row in a record's body: itself, or what stands under `row`. */
function rowOf(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const document: unknown = JSON.parse(body)
    if (typeof document !== 'object' || document === null || Array.isArray(document)) return undefined
    const { row } = document as { readonly row?: unknown }
    return (typeof row === 'object' && row !== null ? row : document) as Readonly<Record<string, unknown>>
  } catch {
    return undefined
  }
}
