import { readFileSync } from 'node:fs'

/** Bytes of main memory that a process of this machine holds; undefined where the system does not tell. */
export function memoryOf(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return Number(kilobytes) * 1024
  } catch {
    return undefined
  }
}
