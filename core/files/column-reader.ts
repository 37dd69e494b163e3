import type { Feature } from '../feature-table.ts'
import type { Issue } from '../issue.ts'
import { compileSlot } from '../slot.ts'
import type { ColumnSource } from './columns.ts'

/** Texts of a column that are remembered: a category has few, and what is all different must not fill the memory. */
const REMEMBERED = 4096

/** Compiles the reader of one column: of each value the slot that it has in a row of JSON, or what is wrong with it. */
export function compileColumnReader(
  feature: Feature,
  plain: ColumnSource['plain'],
): (value: unknown) => number | Issue {
  const { direct, read } = compileSlot(feature)
  const slotOf = (value: unknown): number | Issue => {
    const slot = direct(value)
    return Number.isNaN(slot) ? read(plain(value)) : slot
  }
  if (feature.kind === 'number') return slotOf

  const remembered = new Map<unknown, number>()
  return value => {
    const known = remembered.get(value)
    if (known !== undefined) return known
    const slot = slotOf(value)
    if (typeof slot === 'number' && remembered.size < REMEMBERED) remembered.set(value, slot)
    return slot
  }
}
