import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, readFileSync } from 'node:fs'
import { canPin } from './pinning.ts'

export type FileRun = {
  readonly seconds: number
  /** User and system time of all its threads. */
  readonly cpuSeconds: number
  readonly peakMegabytes: number
}

const HERTZ = 100

/** Runs a program on so many cores, its stdout into a file, and says what it took. Rejects where it fails. */
export async function runPinned(cores: number, command: readonly string[], stdout = '/dev/null'): Promise<FileRun> {
  const pinned = canPin ? ['taskset', '-c', cores === 1 ? '0' : `0-${cores - 1}`, ...command] : command
  const [program = '', ...args] = pinned
  // one thread of the peers' linear algebra
  const threads = { OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' }
  const started = performance.now()
  const child = spawn(program, args, { env: { ...process.env, ...threads }, stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout.pipe(createWriteStream(stdout))
  let cpuSeconds = 0
  let peakMegabytes = 0
  const watch = setInterval(() => {
    try {
      const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      cpuSeconds = (Number(stat[11]) + Number(stat[12])) / HERTZ
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
      // one that has just ended has a number, but no memory any more
      peakMegabytes = Math.max(peakMegabytes, Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024)
    } catch {
      // it has ended, or this system does not tell
    }
  }, 50)
  const [code] = await once(child, 'exit')
  clearInterval(watch)
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}`)
  return { seconds: (performance.now() - started) / 1000, cpuSeconds, peakMegabytes }
}
