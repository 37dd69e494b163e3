import type { Clock } from '@scaling-mlops/core'
import { describe, expect, it } from 'vitest'

/** What every clock promises. */
export function describeClock(adapter: string, clock: Clock): void {
  describe(`the clock of ${adapter}`, () => {
    it('tells milliseconds since 1970', () => {
      expect(clock.now()).toBeGreaterThan(Date.UTC(2020, 0))
      expect(clock.now()).toBeLessThan(Date.UTC(2200, 0))
    })

    it('never goes back where it is asked for durations', () => {
      let last = clock.monotonic()
      for (let step = 0; step < 1000; step++) {
        const now = clock.monotonic()
        expect(now).toBeGreaterThanOrEqual(last)
        last = now
      }
    })
  })
}
