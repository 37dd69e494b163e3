import type { Decision } from '../decision.ts'

/** A decision as the three values that files gain: numbers and booleans as JSON writes them, a class as its name. */
export type ScoreValues = { readonly probability: number | undefined; readonly prediction: boolean | string | number }

/** The probability is the positive class's, or the winning one's among several; a regression has none. */
export function toScoreValues(decision: Decision): ScoreValues {
  switch (decision.kind) {
    case 'binary':
      return { probability: decision.probability, prediction: decision.label }
    case 'multiclass':
      return { probability: Math.max(...decision.probabilities), prediction: decision.label }
    case 'regression':
      return { probability: undefined, prediction: decision.value }
  }
}

const SLOTS = 1 << 14

/**
 * Remembers the text that a number leads to: writing a double takes 0.2 µs, looking it up 0.02. A number takes the place of another with the same hash, so memory does not grow.
 */
export function createNumberTexts(write: (value: number) => Uint8Array): (value: number) => Uint8Array {
  const keys = new Float32Array(SLOTS).fill(Number.NaN)
  const texts: Uint8Array[] = new Array(SLOTS)
  const single = new Float32Array(1)
  const bits = new Uint32Array(single.buffer)
  return value => {
    single[0] = value
    const slot = Math.imul(bits[0] as number, 0x9e3779b1) >>> 18
    if (keys[slot] === value) return texts[slot] as Uint8Array
    const text = write(value)
    keys[slot] = value
    texts[slot] = text
    return text
  }
}
