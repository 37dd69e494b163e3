/**
 * The one spelling of names and category values, used in training and in serving alike:
 * trimmed, lower case, inner white space as underscores (`" No phone service "` → `no_phone_service`).
 */
export function normalise(text: string): string {
  return text.trim().toLowerCase().replace(/\s+/g, '_')
}

// `\d+(\.\d*)?` and not `\d+\.?\d*`: the latter backtracks quadratically over a long run of digits
const EXACT_NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i

/** The number that a text is exactly (`"1"`, `" 2.5e3 "`), else undefined: no hexadecimals, no thousands separators. */
export function numberFrom(text: string): number | undefined {
  const trimmed = text.trim()
  return EXACT_NUMBER.test(trimmed) ? Number(trimmed) : undefined
}
