/** A seeded source of random numbers: the same seed gives the same numbers on every machine. */
export type Random = {
  /** A whole number from 0 to 2³² − 1. */
  uint32(): number
  /** A whole number from 0 to `maximum`, both inclusive, as numpy's `random_interval` draws it. */
  upTo(maximum: number): number
  /** Uniform in [0, 1). */
  uniform(): number
}

const LENGTH = 624
const SHIFT = 397

/** MT19937 as numpy's `RandomState(seed)` runs it, so that splits can be the very rows of scikit-learn. The seed is a whole number from 0 to 2³² − 1. */
export function createMersenneTwister(seed: number): Random {
  const state = new Uint32Array(LENGTH)
  state[0] = seed
  for (let index = 1; index < LENGTH; index++) {
    const previous = state[index - 1] as number
    state[index] = Math.imul(1812433253, previous ^ (previous >>> 30)) + index
  }
  let position = LENGTH

  const uint32 = (): number => {
    if (position === LENGTH) {
      twist(state)
      position = 0
    }
    let word = state[position++] as number
    word ^= word >>> 11
    word ^= (word << 7) & 0x9d2c5680
    word ^= (word << 15) & 0xefc60000
    return (word ^ (word >>> 18)) >>> 0
  }

  return {
    uint32,
    uniform: () => uint32() / 2 ** 32,
    upTo(maximum) {
      if (maximum === 0) return 0
      const mask = 0xffffffff >>> Math.clz32(maximum)
      for (;;) {
        const value = (uint32() & mask) >>> 0
        if (value <= maximum) return value
      }
    },
  }
}

/** The numbers 0 to `length` − 1 in random order: numpy's `RandomState.permutation`. */
export function permutation(length: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length }, (_, index) => index)
  for (let last = length - 1; last > 0; last--) {
    const other = random.upTo(last)
    const swapped = order[last] as number
    order[last] = order[other] as number
    order[other] = swapped
  }
  return order
}

function twist(state: Uint32Array): void {
  for (let index = 0; index < LENGTH; index++) {
    const word = ((state[index] as number) & 0x80000000) | ((state[(index + 1) % LENGTH] as number) & 0x7fffffff)
    const shifted = (state[(index + SHIFT) % LENGTH] as number) ^ (word >>> 1)
    state[index] = word & 1 ? shifted ^ 0x9908b0df : shifted
  }
}
