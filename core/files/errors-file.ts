import type { RowError } from './block.ts'
import { quoteCell } from './csv-cell.ts'

const COMMA = 0x2c

/** The first line of an errors file. */
export const ERRORS_HEADER = 'line,id,column,code,message,value\n'

export function writeRowErrors(errors: readonly RowError[]): string {
  let text = ''
  for (const { line, id, column, code, message, value } of errors)
    text += `${[String(line), id, column, code, message, value].map(cell => quoteCell(cell, COMMA)).join(',')}\n`
  return text
}
