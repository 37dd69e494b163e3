import { CoreError } from './errors.ts'
import { shown } from './issue.ts'
import { nearest } from './nearest.ts'

/** A named figure against a limit, `auc>=0.85`. */
export type Condition<Name extends string> = {
  readonly name: Name
  readonly operator: '>=' | '<=' | '>' | '<'
  readonly limit: number
}

/**
 * Reads `name>=limit` with >=, <=, > or <. Names are compared without case and punctuation; `synonyms` gives more of them, written so.
 * Throws `invalid_gate`, saying which name was meant.
 */
export function parseCondition<Name extends string>(
  text: string,
  names: readonly Name[],
  example: string,
  synonyms: ReadonlyMap<string, Name> = new Map(),
): Condition<Name> {
  const [, name, operator, limit] = /^\s*([^<>=\s]+)\s*(>=|<=|>|<)\s*([-+]?[\d.]+(?:e[-+]?\d+)?)\s*$/i.exec(text) ?? []
  const number = Number(limit)
  if (name === undefined || !Number.isFinite(number))
    throw new CoreError(
      'invalid_gate',
      `${shown(text)} is not a gate; write a metric, >=, <=, > or <, and a number, for example '${example}'`,
    )
  return { name: find(name, names, synonyms), operator: operator as Condition<Name>['operator'], limit: number }
}

export function holds({ operator, limit }: Condition<string>, actual: number): boolean {
  switch (operator) {
    case '>=':
      return actual >= limit
    case '<=':
      return actual <= limit
    case '>':
      return actual > limit
    case '<':
      return actual < limit
  }
}

function find<Name extends string>(name: string, names: readonly Name[], synonyms: ReadonlyMap<string, Name>): Name {
  const plain = plainName(name)
  const found = names.find(candidate => plainName(candidate) === plain) ?? synonyms.get(plain)
  if (found !== undefined) return found
  const near = nearest(plain, names.map(plainName))
  const meant = names.find(candidate => plainName(candidate) === near)
  throw new CoreError(
    'invalid_gate',
    `${shown(name)} is not a metric; ${meant === undefined ? '' : `did you mean "${meant}"? `}There are ${names.join(', ')}`,
  )
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}
