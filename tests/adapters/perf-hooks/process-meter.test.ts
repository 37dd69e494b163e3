import { setTimeout as pause } from 'node:timers/promises'
import { openProcessMeter } from '@scaling-mlops/adapters/perf-hooks'
import { describe, expect, it } from 'vitest'

const holdUp = (milliseconds: number): void => {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

describe('the meter of a process', () => {
  it('sees an event loop that is held up', async () => {
    const meter = openProcessMeter({ available: 0, busyMs: 0 })
    await pause(50)
    holdUp(200)
    await pause(50)

    expect(meter.delayMax()).toBeGreaterThan(150)
    expect(meter.delayMax()).toBeGreaterThanOrEqual(meter.delayP99())
    expect(meter.utilization()).toBeGreaterThan(0)
    expect(meter.utilization()).toBeLessThanOrEqual(100)
    meter.close()
  })

  it('takes the scoring threads for its work where they are busier', async () => {
    const threads = { available: 1, busyMs: 0 }
    const meter = openProcessMeter(threads)
    await pause(50)
    const idle = meter.utilization()
    threads.busyMs += 1e6

    expect(meter.utilization()).toBe(100)
    expect(idle).toBeLessThan(100)
    meter.close()
  })
})
