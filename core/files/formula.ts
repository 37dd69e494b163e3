/** 1 for bytes that a spreadsheet may take for the beginning of a formula. */
export const FORMULA_BEGINS = new Uint8Array(256)
for (const letter of '=@\t\r+-') FORMULA_BEGINS[letter.charCodeAt(0)] = 1

const PLUS = 0x2b
const MINUS = 0x2d
const SIGNED_NUMBER = /^[+-]\d+(\.\d+)?([eE][+-]?\d+)?$/

/** Whether a spreadsheet would run the cell; signed numbers are none of these. */
export function isFormula(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start] as number
  if (end === start || FORMULA_BEGINS[first] === 0) return false
  if (first !== PLUS && first !== MINUS) return true
  if (end - start > 40) return true
  return !SIGNED_NUMBER.test(String.fromCharCode(...bytes.subarray(start, end)))
}

/** The same of a text, however long. */
export function isFormulaText(text: string): boolean {
  return /^[=@\t\r]/.test(text) || (/^[+-]/.test(text) && !SIGNED_NUMBER.test(text))
}
