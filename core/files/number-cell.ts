const POWERS = Array.from({ length: 16 }, (_, power) => 10 ** power)

/**
 * The number that a cell of plain digits is (`29`, `-3.75`); NaN for every other spelling, which wants the patient way. Exact: up to 15
 * digits are an integer that doubles hold, and one division of two exact numbers rounds as reading the text would.
 */
export function numberOfCell(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  const negative = bytes[at] === 0x2d
  if (negative) at++
  if (end - at > 16 || at === end) return Number.NaN
  let value = 0
  let digits = 0
  let point = -1
  for (; at < end; at++) {
    const byte = bytes[at] as number
    if (byte >= 0x30 && byte <= 0x39) {
      value = value * 10 + (byte - 0x30)
      digits++
    } else if (byte === 0x2e && point < 0 && digits > 0) point = digits
    else return Number.NaN
  }
  if (digits === 0 || digits > 15) return Number.NaN
  if (point >= 0) value /= POWERS[digits - point] as number
  return negative ? -value : value
}
