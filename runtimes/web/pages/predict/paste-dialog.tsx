import { Dialog } from '@base-ui/react/dialog'
import { type FormEvent, useState } from 'react'
import type { FormRow } from '../../api/models.ts'

/** Takes a row as JSON, or as a CSV header with one line below it. */
export function PasteDialog({ take }: { readonly take: (row: FormRow) => void }) {
  const [open, setOpen] = useState(false)
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string>()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    try {
      take(parseRow(text))
      setOpen(false)
    } catch (error) {
      setProblem((error as Error).message)
    }
  }
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger className="button">Paste row</Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <Dialog.Title>Paste a row</Dialog.Title>
          <Dialog.Description>A JSON object, or a CSV header with one line below it.</Dialog.Description>
          <form onSubmit={submit}>
            <label>
              Row
              <textarea
                className="input code"
                value={text}
                spellCheck={false}
                aria-invalid={problem !== undefined}
                aria-describedby={problem === undefined ? undefined : 'paste-problem'}
                onChange={event => setText(event.target.value)}
              />
            </label>
            {problem !== undefined && (
              <p id="paste-problem" role="alert">
                {problem}
              </p>
            )}
            <div className="row end">
              <Dialog.Close className="button">Cancel</Dialog.Close>
              <button type="submit" className="button primary">
                Use row
              </button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

export function parseRow(text: string): FormRow {
  const trimmed = text.trim()
  if (!trimmed.startsWith('{') && trimmed.includes('\n')) return parseCsvRow(trimmed)
  let document: unknown
  try {
    document = JSON.parse(trimmed)
  } catch {
    throw new Error('This is neither a JSON object nor a CSV header with one line below it.')
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new Error('A row is one JSON object.')
  return document as FormRow
}

function parseCsvRow(text: string): FormRow {
  const [header = '', line = ''] = text.split(/\r?\n/)
  const names = cellsOf(header)
  const cells = cellsOf(line)
  if (names.length !== cells.length)
    throw new Error(`The header has ${names.length} columns, the line below it ${cells.length}.`)
  return Object.fromEntries(names.map((name, index) => [name.trim().toLowerCase(), cells[index] ?? '']))
}

/** One line of CSV; enough for what is pasted, since files go through Batch. */
function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
  )
}
