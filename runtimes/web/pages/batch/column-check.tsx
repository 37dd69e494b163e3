import { count } from '@scaling-mlops/adapters/report/format'
import type { FeatureTable } from '@scaling-mlops/core'
import { useState } from 'react'
import { titleOf } from '../../form/field-rules.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { matchesOf, type Preview } from './columns.ts'

/** Which column of the file stands for which field, before anything is sent. */
export function ColumnCheck({
  table,
  file,
  preview,
  isSending,
  run,
  cancel,
}: {
  readonly table: FeatureTable
  readonly file: File
  readonly preview: Preview
  readonly isSending: boolean
  /** `map`: fields by the columns of other names that stand for them. */
  readonly run: (map: Readonly<Record<string, string>>) => void
  readonly cancel: () => void
}) {
  const [chosen, choose] = useState<Readonly<Record<string, string>>>({})
  const matches = matchesOf(table, preview.columns).map(match => ({
    ...match,
    column: chosen[match.field] ?? match.column,
  }))
  const lacking = matches.filter(({ column, isNeeded }) => isNeeded && (column === undefined || column === ''))
  const used = new Set(matches.map(({ column }) => column))
  const extra = preview.columns.filter(column => !used.has(column))
  const map = Object.fromEntries(
    matches.flatMap(({ field, column }) =>
      column === undefined || column === '' || column.trim().toLowerCase() === field ? [] : [[column, field]],
    ),
  )
  return (
    <section className="card" aria-labelledby="check-title">
      <h2 id="check-title">Check the columns of {file.name}</h2>
      <p role="status">
        {lacking.length === 0
          ? `All ${table.length} fields are there.`
          : `${lacking.length} of ${table.length} fields are missing: ${lacking.map(({ field }) => field).join(', ')}. Say which columns they are.`}{' '}
        {extra.length > 0 && <span className="muted">Carried through as they are: {extra.join(', ')}.</span>}
      </p>
      <div className="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Column of the file</th>
              <th scope="col">First value</th>
            </tr>
          </thead>
          <tbody>
            {matches.map(({ field, column, isNeeded }) => {
              const feature = table.find(({ name }) => name === field)
              return (
                <tr key={field}>
                  <th scope="row">{feature === undefined ? field : titleOf(feature)}</th>
                  <td>
                    <select
                      className="input"
                      aria-label={`Column for ${field}`}
                      aria-invalid={isNeeded && (column === undefined || column === '')}
                      value={column ?? ''}
                      onChange={event => choose({ ...chosen, [field]: event.target.value })}
                    >
                      <option value="">none</option>
                      {preview.columns.map(each => (
                        <option key={each}>{each}</option>
                      ))}
                    </select>
                  </td>
                  <td className="muted">{preview.rows[0]?.[preview.columns.indexOf(column ?? '')] ?? '–'}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
      <details>
        <summary>The first {preview.rows.length} rows</summary>
        <DataTable
          name="First rows"
          isWide
          columns={preview.columns.map((column, at) => ({
            title: column,
            text: true,
            cell: (row: readonly string[]) => row[at],
          }))}
          rows={preview.rows}
        />
      </details>
      <div className="row">
        <button
          type="button"
          className="button primary"
          disabled={lacking.length > 0 || isSending}
          onClick={() => run(map)}
        >
          {isSending ? 'Sending …' : `Score ${count(Math.ceil(file.size / 1024))} KB`}
        </button>
        <button type="button" className="button" onClick={cancel}>
          Another file
        </button>
      </div>
    </section>
  )
}
