/** Numbers as people read them, in one way everywhere: `1,409`, `0.858`, `24.7 %`. A thin space that does not break stands before units. */
const THIN = '\u202f'

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const short = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 })

export function count(value: number): string {
  return Number.isInteger(value) ? grouped.format(value) : plain(value)
}

/** Three decimals, or more where those would all be zeros. */
export function figure(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.001) return value.toPrecision(2).replace('-', '−')
  if (Math.abs(value) >= 1000) return grouped.format(value)
  return value.toFixed(3).replace('-', '−')
}

/** Three decimals, whatever they are, for columns of figures. */
export function decimals(value: number): string {
  return value.toFixed(3).replace(/^-(0\.000)?/, (_, zero) => zero ?? '−')
}

/** Up to four significant digits. */
export function plain(value: number): string {
  return short.format(value).replace('-', '−')
}

/** A share as percent: no decimals from 10 % on, one below. */
export function percent(share: number): string {
  const value = share * 100
  return `${Math.abs(value) < 9.95 && value !== 0 ? value.toFixed(1) : value.toFixed(0)}${THIN}%`.replace('-', '−')
}

/** A share as percent with one decimal, for columns of figures. */
export function percentExact(share: number): string {
  return `${(share * 100).toFixed(1)}${THIN}%`.replace('-', '−')
}

/** A value with its sign, for differences. */
export function signed(value: number, text: (value: number) => string): string {
  return value > 0 ? `+${text(value)}` : text(value)
}

/** A threshold: two decimals, or as many as it has. */
export function threshold(value: number): string {
  return Number.isInteger(value * 100) ? value.toFixed(2) : String(value)
}

/** `2 rows`, `1 row`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)}\u00a0${value === 1 ? one : many}`
}

/** A label cut to what fits beside a bar. */
export function cut(label: string): string {
  return label.length > 20 ? `${label.slice(0, 19)}…` : label
}
