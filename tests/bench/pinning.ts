import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

// counted before this process pins itself, which would leave it one
export const cores = availableParallelism()
export const clientCore = String(cores - 1)

/** Whether `taskset` is there. */
export const canPin = ((): boolean => {
  try {
    execFileSync('taskset', ['-V'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

/** The last core is the client's; servers have the first ones, a core a worker, and all where there are not enough. */
export function coresFor(workers: number): string {
  return workers < cores ? `0-${workers - 1}` : `0-${cores - 1}`
}

/** This process is the client, or starts it: it keeps to its own core, and what it starts is put elsewhere. */
export function pinToClientCore(): void {
  if (canPin) execFileSync('taskset', ['-a', '-p', '-c', clientCore, String(process.pid)], { stdio: 'ignore' })
}
