import type { DecodedArray } from 'hyparquet'

/** Gives the values of a column from one row up to another. */
export type HeldColumn = (from: number, until: number) => DecodedArray

const MOST_DISTINCT = 1 << 16

/** Holds a decoded column until its rows are wanted: texts that come again and again as two bytes a row instead of eight to twelve. */
export function holdColumn(values: DecodedArray): HeldColumn {
  const coded = Array.isArray(values) && typeof values[0] === 'string' ? toCodes(values) : undefined
  // each closure in a function of its own: one that shares a scope with `values` would keep them
  return coded === undefined ? heldAsIs(values) : heldAsCodes(coded)
}

type Coded = { readonly distinct: readonly unknown[]; readonly codes: Uint16Array }

function toCodes(values: readonly unknown[]): Coded | undefined {
  const distinct: unknown[] = []
  const codeOf = new Map<unknown, number>()
  const codes = new Uint16Array(values.length)
  for (let row = 0; row < values.length; row++) {
    const value = values[row]
    let code = codeOf.get(value)
    if (code === undefined) {
      if (distinct.length === MOST_DISTINCT) return undefined
      code = distinct.push(value) - 1
      codeOf.set(value, code)
    }
    codes[row] = code
  }
  return { distinct, codes }
}

function heldAsIs(values: DecodedArray): HeldColumn {
  return (from, until) => values.slice(from, until)
}

function heldAsCodes({ distinct, codes }: Coded): HeldColumn {
  return (from, until) => Array.from(codes.subarray(from, until), code => distinct[code])
}
