import { useRef, useState } from 'react'
import type { FormRow } from '../../api/models.ts'
import { toCsv } from './delimited.ts'

/** Where a file is dropped or chosen; a sample made from the model's examples shows what is expected. */
export function FileDrop({
  take,
  name,
  sample,
}: {
  readonly take: (file: File) => void
  readonly name: string
  readonly sample: readonly FormRow[]
}) {
  const [isOver, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is for the pointer; the button below does the same by keyboard
    <div
      className="drop"
      data-over={isOver}
      onDragOver={event => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={event => {
        event.preventDefault()
        setOver(false)
        const [file] = event.dataTransfer.files
        if (file !== undefined) take(file)
      }}
    >
      <h2>Drop a file of rows</h2>
      <p className="muted">
        CSV with a header, or a JSON object a line (.ndjson); either may be packed (.gz). Columns may stand in any
        order.
      </p>
      <div className="row">
        <button type="button" className="button primary" onClick={() => input.current?.click()}>
          Choose a file
        </button>
        {sample.length > 0 && (
          <a
            className="button"
            href={`data:text/csv;charset=utf-8,${encodeURIComponent(sampleOf(sample))}`}
            download={`${name}-sample.csv`}
          >
            Sample file
          </a>
        )}
      </div>
      <label className="hidden">
        File of rows
        <input
          ref={input}
          type="file"
          tabIndex={-1}
          accept=".csv,.ndjson,.jsonl,.gz,text/csv"
          onChange={event => {
            const [file] = event.target.files ?? []
            if (file !== undefined) take(file)
          }}
        />
      </label>
    </div>
  )
}

function sampleOf(rows: readonly FormRow[]): string {
  const names = Object.keys(rows[0] ?? {})
  return toCsv([names, ...rows.map(row => names.map(name => row[name]))])
}
