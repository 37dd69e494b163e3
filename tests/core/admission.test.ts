import { createMemoryMetrics } from '@scaling-mlops/adapters/memory'
import { createAdmission } from '@scaling-mlops/core'
import { describe, expect, it } from 'vitest'

/** An admission of at most 100 ms of work, its clock and its thread's work moved by hand. */
function anAdmission() {
  let now = 0
  let busy = 0
  const metrics = createMemoryMetrics()
  const admission = createAdmission({
    clock: { now: () => now, monotonic: () => now },
    busyMilliseconds: () => busy,
    maxMilliseconds: 100,
    metrics,
  })
  /** So many requests, one after the other, that cost the thread so much each. */
  const answer = (requests: number, cost: number): void => {
    for (let index = 0; index < requests; index++) {
      admission.enter()
      now += cost
      busy += cost
      admission.leave()
    }
  }
  const enterMany = (requests: number): number => {
    let entered = 0
    for (let index = 0; index < requests; index++)
      try {
        admission.enter()
        entered++
      } catch (error) {
        expect(error).toMatchObject({ code: 'overloaded' })
      }
    return entered
  }
  /** The thread at work for so long. */
  const work = (milliseconds: number): void => {
    busy += milliseconds
    now += milliseconds
  }
  return { metrics, admission, answer, enterMany, work, pass: (milliseconds: number) => (now += milliseconds) }
}

describe('admission', () => {
  it('lets everyone in while it knows nothing of the cost', () => {
    expect(anAdmission().enterMany(1000)).toBe(1000)
  })

  it('refuses what would be in flight beyond the limit of work, and counts it', () => {
    const { answer, enterMany, metrics } = anAdmission()
    answer(100, 5)

    expect(enterMany(50)).toBe(21)
    expect(metrics.total('Rejected')).toBe(29)
  })

  it('lets in again as others leave', () => {
    const { admission, answer, enterMany } = anAdmission()
    answer(100, 5)
    enterMany(50)
    expect(enterMany(1)).toBe(0)
    for (let index = 0; index < 5; index++) admission.leave()

    expect(enterMany(50)).toBe(5)
  })

  it('does not take waiting for work: idle time costs nothing', () => {
    const { answer, enterMany, pass } = anAdmission()
    for (let round = 0; round < 10; round++) {
      answer(100, 0.05)
      pass(1000)
    }
    expect(enterMany(500)).toBe(500)
  })

  it('knows the cost of a request also where there is never a moment without one', () => {
    const { admission, enterMany, work } = anAdmission()
    enterMany(8)
    for (let index = 0; index < 2000; index++) {
      work(1)
      admission.leave()
      expect(enterMany(1)).toBe(1)
    }
  })

  it('follows a cost that changes, without trusting one dear stretch alone', () => {
    const { answer, enterMany, admission } = anAdmission()
    answer(200, 5)
    const before = enterMany(50)
    for (let index = 0; index < before; index++) admission.leave()
    answer(2000, 1)
    expect(enterMany(200)).toBeGreaterThan(90)
  })

  it('lets in as many however many it refuses: the price of refusals is not that of answers', () => {
    const { admission, work } = anAdmission()
    // one turn of the event loop: all that arrived enter or are refused, and who entered leaves at its end
    const turn = (arrivals: number): number => {
      let entered = 0
      for (let index = 0; index < arrivals; index++)
        try {
          admission.enter()
          entered++
          work(0.1)
        } catch {
          work(0.05)
        }
      for (let index = 0; index < entered; index++) admission.leave()
      return entered
    }
    for (let index = 0; index < 100; index++) turn(100)
    const entered = Array.from({ length: 20 }, () => turn(4_000))

    // 100 ms of work at 0.1 ms each, though the refusals of a turn take longer than that
    expect(Math.min(...entered)).toBeGreaterThan(900)
  })
})
