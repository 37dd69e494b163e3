import type { CategoryFeature, Feature, NumberFeature } from './feature-table.ts'
import { type Issue, shown } from './issue.ts'
import { nearest } from './nearest.ts'
import { normalise, numberFrom } from './normalise.ts'

/** Reads one feature's value into its slot of a row. */
export type SlotReader = {
  readonly name: string
  /** The slot of a value that is exactly as the table has it; NaN where `read` must have a closer look. */
  direct(value: unknown): number
  /** The slot of any value that is present, or what is wrong with it. */
  read(value: unknown): number | Issue
  /** The slot of an absent field: its default, or an issue. */
  absent(): number | Issue
}

/** Models compute in 32-bit floats: a number beyond them would reach the graph as infinity. */
const LARGEST_FLOAT32 = 3.4028234663852886e38

export function compileSlot(feature: Feature): SlotReader {
  return feature.kind === 'number' ? numberSlot(feature) : categorySlot(feature)
}

function numberSlot(feature: NumberFeature): SlotReader {
  const { name, integer = false, minimum = -LARGEST_FLOAT32, maximum = LARGEST_FLOAT32 } = feature
  const range = describeRange(feature)
  const issue = (code: Issue['code'], value: unknown): Issue => ({
    field: name,
    code,
    message: `${name} must be ${range}; got ${shown(value)}`,
  })

  // made once: a list of empty objects would make millions
  const absent = feature.default ?? {
    field: name,
    code: 'missing' as const,
    message: `${name} is missing; it must be ${range}`,
  }

  const check = (value: number, given: unknown): number | Issue => {
    if (!Number.isFinite(value)) return issue('not_finite', given)
    if (value < minimum) return issue('too_small', given)
    if (value > maximum) return issue('too_large', given)
    if (integer && !Number.isInteger(value)) return issue('not_an_integer', given)
    return value
  }

  return {
    name,
    direct: value =>
      typeof value === 'number' && value >= minimum && value <= maximum && (!integer || Number.isInteger(value))
        ? value
        : Number.NaN,
    read: value => {
      if (typeof value === 'number') return check(value, value)
      if (isBlank(value))
        return feature.missing?.fill ?? { field: name, code: 'empty', message: `${name} is empty; it must be ${range}` }
      const number = typeof value === 'string' ? numberFrom(value) : undefined
      return number === undefined ? issue('wrong_type', value) : check(number, value)
    },
    absent: () => absent,
  }
}

function categorySlot(feature: CategoryFeature): SlotReader {
  const { name } = feature
  const values = feature.values.map(({ value }) => value)
  const indexOf = new Map(values.map((value, index) => [value, index]))
  const slotOf = (value: string): number => indexOf.get(value) ?? Number.NaN
  const allowed = values.slice(0, 50)
  const oneOf = `one of ${allowed.join(', ')}${values.length > allowed.length ? ', …' : ''}`
  const unknownSlot = feature.unknown === 'zeros' ? -1 : feature.unknown === 'other' ? slotOf('other') : undefined

  const absent =
    feature.default === undefined
      ? { field: name, code: 'missing' as const, message: `${name} is missing; it must be ${oneOf}`, allowed }
      : slotOf(feature.default)

  const notAllowed = (value: unknown, text: string): Issue => {
    const near = nearest(text, values)
    const hint = near === undefined ? '' : `; did you mean "${near}"?`
    const message = `${name} must be ${oneOf}; got ${shown(value)}${hint}`
    return { field: name, code: 'not_allowed', message, allowed, ...(near === undefined ? {} : { nearest: near }) }
  }

  return {
    name,
    direct: value => (typeof value === 'string' ? slotOf(value) : Number.NaN),
    read: value => {
      if (isBlank(value))
        return feature.missing
          ? slotOf(feature.missing.fill)
          : { field: name, code: 'empty', message: `${name} is empty; it must be ${oneOf}`, allowed }
      if (typeof value === 'object')
        return { field: name, code: 'wrong_type', message: `${name} must be ${oneOf}; got ${shown(value)}`, allowed }
      const text = normalise(String(value))
      return indexOf.get(text) ?? unknownSlot ?? notAllowed(value, text)
    },
    absent: () => absent,
  }
}

function isBlank(value: unknown): boolean {
  return value === null || (typeof value === 'string' && value.trim() === '')
}

function describeRange({ integer, minimum, maximum, unit }: NumberFeature): string {
  const noun = `${integer ? 'an integer' : 'a number'}${unit === undefined ? '' : ` (${unit})`}`
  if (minimum !== undefined && maximum !== undefined) return `${noun} from ${minimum} to ${maximum}`
  if (minimum !== undefined) return `${noun} of at least ${minimum}`
  if (maximum !== undefined) return `${noun} of at most ${maximum}`
  return `${noun} that 32 bits can hold`
}
