import { InvalidDataError } from '../errors.ts'
import { shown } from '../issue.ts'
import { normalise, numberFrom } from '../normalise.ts'

/** What a first reading of a table learns about one of its columns. */
export type ColumnSurvey = {
  /** As the file spells it. */
  readonly title: string
  /** Normalised. */
  readonly name: string
  readonly blanks: number
  /** Cells that are exactly a number. */
  readonly numbers: number
  /** Cells that are neither blank nor a number. */
  readonly texts: number
  /** Normalised values of the cells and how the file first spells each, at most `MOST_VALUES` + 1 of them: more than that is no category. */
  readonly values: ReadonlyMap<string, string>
}

export type Survey = { readonly columns: readonly ColumnSurvey[]; readonly rowCount: number }

/** A category of more values than this is an identifier or free text. */
export const MOST_VALUES = 1_000

/** Counts blanks, numbers and distinct values of every column, in memory that does not grow with the file. Throws `invalid_data` for a header that names no columns. */
export function createSurvey(
  header: readonly string[],
  source: string,
): { add(record: readonly string[]): void; finish(): Survey } {
  checkHeader(header, source)
  const columns = header.map(title => ({
    title: title.trim(),
    name: normalise(title),
    blanks: 0,
    numbers: 0,
    texts: 0,
    values: new Map<string, string>(),
    /** What a cell's text was found to be: most cells repeat an earlier one. */
    known: new Map<string, 'blanks' | 'numbers' | 'texts'>(),
  }))
  let rowCount = 0

  return {
    add(record) {
      rowCount++
      for (let index = 0; index < columns.length; index++) {
        const column = columns[index] as (typeof columns)[number]
        const text = record[index] as string
        let kind = column.known.get(text)
        if (kind === undefined) {
          kind = kindOf(text)
          assertReadable(text, { source, column: column.title })
          if (column.known.size <= MOST_VALUES) column.known.set(text, kind)
          if (kind !== 'blanks' && column.values.size <= MOST_VALUES) {
            const value = normalise(text)
            if (!column.values.has(value)) column.values.set(value, text.trim())
          }
        }
        column[kind]++
      }
    },
    finish: () => ({ columns: columns.map(({ known: _, ...column }) => column), rowCount }),
  }
}

function kindOf(text: string): 'blanks' | 'numbers' | 'texts' {
  if (text.trim() === '') return 'blanks'
  return numberFrom(text) === undefined ? 'texts' : 'numbers'
}

/** Bytes that are no UTF-8 arrive as a replacement character. */
function assertReadable(text: string, at: { source: string; column: string | number }): void {
  if (text.includes('\ufffd'))
    throw new InvalidDataError(
      at,
      `${shown(text)} is not UTF-8; save the file as UTF-8 (it may be Latin-1 or Windows-1252 now)`,
    )
}

function checkHeader(header: readonly string[], source: string): void {
  const seen = new Map<string, string>()
  header.forEach((title, index) => {
    const at = { source, line: 1, column: index + 1 }
    assertReadable(title, { source, column: index + 1 })
    if (title.trim() === '')
      throw new InvalidDataError(at, 'the header is blank here; give every column a name in the first line')
    if (numberFrom(title) !== undefined)
      throw new InvalidDataError(
        at,
        `${shown(title)} is a number where a column name should be; the first line must be a header that names the columns`,
      )
    const other = seen.get(normalise(title))
    if (other !== undefined)
      throw new InvalidDataError(at, `${shown(title)} names the same column as ${shown(other)}; rename one of them`)
    seen.set(normalise(title), title)
  })
}
