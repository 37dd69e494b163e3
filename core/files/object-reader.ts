import type { FeatureTable } from '../feature-table.ts'
import { type Issue, shown } from '../issue.ts'
import { normalise } from '../normalise.ts'
import { compileSlot } from '../slot.ts'
import { addedColumns, type RowError } from './block.ts'
import type { ColumnOptions } from './match-columns.ts'

/** What is wrong with a line, but for where it stands. */
export type Found = Pick<RowError, 'column' | 'code' | 'message' | 'value'>

/** Reads an object's fields into slots; other keys are carried along. Answers what is wrong. */
export function createObjectReader({ map = {}, explain }: ColumnOptions, table: FeatureTable) {
  const slots = table.map(compileSlot)
  const indexOf = new Map(table.map(({ name }, index) => [name, index]))
  const features = new Map<string, number>()
  const renamed = new Map(Object.entries(map).map(([old, feature]) => [normalise(old), normalise(feature)]))
  const featureOf = (key: string): number => {
    const name = normalise(key)
    const feature = indexOf.get(renamed.get(name) ?? name) ?? -1
    // keys that never come twice must not fill the memory
    if (features.size < 4096) features.set(key, feature)
    return feature
  }
  const given = new Uint8Array(table.length)
  const added = new Set([...addedColumns(), ...(explain ? ['explanation'] : [])])

  return (fields: Readonly<Record<string, unknown>>, target: number[]): Found[] => {
    const found: Found[] = []
    const refuse = ({ field, code, message }: Issue, value: unknown): void => {
      found.push({
        column: field,
        code,
        message,
        value: typeof value === 'string' ? value.slice(0, 200) : shown(value ?? ''),
      })
    }
    given.fill(0)
    for (const key in fields) {
      const feature = features.get(key) ?? featureOf(key)
      const value = fields[key]
      if (feature < 0) {
        if (added.has(key))
          refuse(
            {
              field: key,
              code: 'duplicate_field',
              message: `there is a ${key} already, which the score would be written to`,
            },
            value,
          )
        continue
      }
      const slot = slots[feature] as (typeof slots)[number]
      if (given[feature] === 1)
        refuse(
          { field: key, code: 'duplicate_field', message: `${shown(key)} is given twice, in two spellings` },
          value,
        )
      given[feature] = 1
      const direct = slot.direct(value)
      const read = Number.isNaN(direct) ? slot.read(value) : direct
      if (typeof read === 'number') target[feature] = read
      else refuse(read, value)
    }
    for (let feature = 0; feature < given.length; feature++) {
      if (given[feature] === 1) continue
      const read = (slots[feature] as (typeof slots)[number]).absent()
      if (typeof read === 'number') target[feature] = read
      else refuse(read, '')
    }
    return found
  }
}
