import type { ReactNode } from 'react'
import { Scroll } from './scroll.tsx'

export type Column<Row> = {
  readonly title: string
  /** Text columns stand left, figures right. */
  readonly text?: boolean
  readonly cell: (row: Row) => ReactNode
}

/** A table in a box of its own, which scrolls where it is wider than the page. The first column names the row. */
export function DataTable<Row>({
  name,
  columns,
  rows,
  isWide = false,
}: {
  readonly name: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  /** Rather scrolls than breaks the text of a cell. */
  readonly isWide?: boolean
}) {
  const side = ({ text }: Column<Row>) => (text ? undefined : 'right')
  return (
    <Scroll label={`Table: ${name}`}>
      <table className={isWide ? 'wide-rows' : undefined}>
        <thead>
          <tr>
            {columns.map(column => (
              <th key={column.title} scope="col" className={side(column)}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows do not move
            <tr key={index}>
              {columns.map((column, at) =>
                at === 0 ? (
                  <th key={column.title} scope="row" className={side(column)}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.title} className={side(column)}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
