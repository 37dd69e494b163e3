import { shown } from '@scaling-mlops/core'
import type { Message, Value } from './text-format.ts'

/** The last value of a field, which is the one that counts where a field is given again. */
export function lastOf(message: Message, field: string): Value | undefined {
  return message.get(field)?.at(-1)
}

export function textOf(message: Message, field: string): string | undefined {
  const { value, line } = lastOf(message, field) ?? {}
  if (value === undefined || typeof value === 'string') return value
  throw new SyntaxError(`line ${line}: ${field} must be a text; got a message`)
}

/** Throws a SyntaxError where it is there and no whole number of at least `least`. */
export function wholeOf(message: Message, field: string, least: number): number | undefined {
  const given = lastOf(message, field)
  return given === undefined ? undefined : toWhole(given, field, least)
}

export function wholesOf(message: Message, field: string, least: number): number[] {
  return (message.get(field) ?? []).map(value => toWhole(value, field, least))
}

export function messagesOf(message: Message, field: string): Message[] {
  return (message.get(field) ?? []).map(({ value, line }) => {
    if (typeof value !== 'string') return value
    throw new SyntaxError(`line ${line}: ${field} must be a message in braces; got ${shown(value)}`)
  })
}

function toWhole({ value, line }: Value, field: string, least: number): number {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : Number.NaN
  if (Number.isSafeInteger(number) && number >= least) return number
  throw new SyntaxError(
    `line ${line}: ${field} must be a whole number of at least ${least}; got ${typeof value === 'string' ? shown(value) : 'a message'}`,
  )
}
