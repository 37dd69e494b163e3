import type { Row } from './row.ts'
import type { SlotReader } from './slot.ts'

/**
 * Reads rows that are exactly as the model wants them: known names, allowed values, nothing missing or beside. Undefined asks for the
 * patient way. Rows of one client have their keys in one order; it is remembered from row to row, so that a key costs a comparison
 * instead of a look-up.
 */
export function createDirectReader(
  slots: readonly SlotReader[],
): (input: Readonly<Record<string, unknown>>) => Row | undefined {
  const places = new Map(slots.map(({ name }, place) => [name, place]))
  const keys: (string | undefined)[] = slots.map(({ name }) => name)
  const placeOfKey: number[] = slots.map((_, place) => place)
  // not a whole number: engines keep an array that began with one as plain doubles
  const blank: number[] = slots.map(() => 0.5)

  return input => {
    const row = blank.slice()
    let given = 0
    for (const key in input) {
      if (key !== keys[given]) {
        const place = places.get(key)
        if (place === undefined || given === slots.length) return undefined
        keys[given] = key
        placeOfKey[given] = place
      }
      const place = placeOfKey[given] as number
      const slot = (slots[place] as SlotReader).direct(input[key])
      if (Number.isNaN(slot)) return undefined
      row[place] = slot
      given++
    }
    return given === slots.length ? row : undefined
  }
}
