/** When something that was refused is tried again: after one round, then two, four, up to 64, since a folder that is still being copied is soon whole, and a bad one never. */
export type Patience = {
  next(): void
  isOver(what: string): boolean
  lose(what: string): void
}

const LONGEST = 64

export function createPatience(): Patience {
  const waits = new Map<string, { length: number; until: number }>()
  let round = 0
  return {
    next() {
      round++
    },
    isOver: what => round >= (waits.get(what)?.until ?? 0),
    lose(what) {
      const length = Math.min(LONGEST, 2 * (waits.get(what)?.length ?? 0.5))
      waits.set(what, { length, until: round + length })
    },
  }
}
