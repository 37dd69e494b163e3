import { probabilityOf } from './score-text.ts'

/** What the engine must make of a CSV with the columns plan, tenure, note, written to be read and not to be fast. */
export type SlowlyScored = {
  /** The cells as they must come out, and the scores behind them; undefined where the row is in error. */
  readonly records: readonly { readonly cells: string; readonly scores: string | undefined; readonly lineEnd: string }[]
  /** `line,column,code` of each. */
  readonly errors: readonly string[]
  /** Where a quote is opened and never closed. */
  readonly unclosed: number | undefined
}

type Cell = { readonly raw: string; readonly text: string; readonly isWrong: boolean }

const PLANS = ['month-to-month', 'two_year']

/** Scores all records after the header; a last line without a line break is given one. */
export function scoreSlowly(body: string, delimiter: string): SlowlyScored {
  const records: SlowlyScored['records'][number][] = []
  const errors: string[] = []
  let line = 2
  let rest = body === '' || body.endsWith('\n') ? body : `${body}\n`
  while (rest !== '') {
    const record = readRecord(rest, delimiter)
    if (record === undefined) return { records, errors, unclosed: line }
    const { cells, lineEnd } = record
    const raw = cells.map(cell => cell.raw).join(delimiter)
    // a blank line is no row
    if (raw !== '') {
      const found = problemsOf(cells)
      errors.push(...found.map(problem => `${line},${problem}`))
      records.push({
        cells: [0, 1, 2].map(index => written(cells[index], delimiter)).join(delimiter),
        scores: found.length > 0 ? undefined : scoresOf(cells, delimiter),
        lineEnd,
      })
    }
    rest = rest.slice(raw.length + lineEnd.length)
    line += raw.split('\n').length
  }
  return { records, errors, unclosed: undefined }
}

/** The record that `text` begins with, undefined where a quote of it is never closed. */
function readRecord(text: string, delimiter: string): { readonly cells: Cell[]; readonly lineEnd: string } | undefined {
  const quoted = new RegExp(`^"((?:[^"]|"")*)"(?=\\r?\\n|${delimiter === '|' ? '\\|' : delimiter})`)
  const wrong = new RegExp(`^"(?:[^"]|"")*"(?!")[^${delimiter}\n]*`)
  const plain = new RegExp(`^[^${delimiter}\n]*`)
  const cells: Cell[] = []
  for (let rest = text; ; rest = rest.slice(1)) {
    const good = quoted.exec(rest)
    const odd = good ?? wrong.exec(rest)
    if (odd === null && rest.startsWith('"')) return undefined
    const [all] = odd ?? (plain.exec(rest) as RegExpExecArray)
    rest = rest.slice(all.length)
    // the carriage return of CRLF belongs to the line break
    const raw = rest.startsWith('\n') ? all.replace(/\r$/, '') : all
    cells.push({ raw, text: good?.[1]?.replaceAll('""', '"') ?? raw, isWrong: good === null && odd !== null })
    const [lineEnd] = /^\r?\n/.exec(all.slice(raw.length) + rest) ?? []
    if (lineEnd !== undefined) return { cells, lineEnd }
  }
}

function problemsOf(cells: readonly Cell[]): string[] {
  if (cells.length !== 3) return [',wrong_cell_count']
  if (cells.some(({ isWrong }) => isWrong)) return [',wrong_quote']
  const [plan, tenure] = cells.map(({ text }) => (['NA', 'null'].includes(text) ? '' : text.trim()))
  return [
    ...(plan === '' ? ['plan,empty'] : planOf(plan as string) < 0 ? ['plan,not_allowed'] : []),
    ...(tenure === ''
      ? ['tenure,empty']
      : !/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(tenure as string)
        ? ['tenure,wrong_type']
        : Number(tenure) < 0
          ? ['tenure,too_small']
          : Number(tenure) > 1000
            ? ['tenure,too_large']
            : []),
  ]
}

function planOf(text: string): number {
  return PLANS.indexOf(text.trim().toLowerCase().replace(/\s+/g, '_'))
}

function scoresOf([plan, tenure]: readonly Cell[], delimiter: string): string {
  const probability = probabilityOf(planOf((plan as Cell).text), Number((tenure as Cell).text))
  return ['', probability, probability >= 0.5, 3, ''].join(delimiter)
}

/** A cell as it must come out: as it was, but for formulas and wrong quotes. */
function written(cell: Cell | undefined, delimiter: string): string {
  if (cell === undefined) return ''
  const { raw, text, isWrong } = cell
  const isFormula = /^[=@\t\r]/.test(text) || (/^[+-]/.test(text) && !/^[+-]\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text))
  if (!isFormula && !isWrong) return raw
  const guarded = isFormula ? `'${text}` : text
  return [delimiter, '"', '\n', '\r'].some(letter => guarded.includes(letter))
    ? `"${guarded.replaceAll('"', '""')}"`
    : guarded
}
