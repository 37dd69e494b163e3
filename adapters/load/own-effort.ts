import type { GeneratorReport } from './load-report.ts'

/** Watches what this process spends from now on; call the answer for its share since. */
export function watchOwnEffort(): () => Pick<GeneratorReport, 'cpu' | 'busy'> {
  const started = performance.now()
  const cpu = process.cpuUsage()
  const loop = performance.eventLoopUtilization()
  return () => {
    const { user, system } = process.cpuUsage(cpu)
    return {
      cpu: (user + system) / 1000 / (performance.now() - started),
      busy: performance.eventLoopUtilization(loop).utilization,
    }
  }
}
