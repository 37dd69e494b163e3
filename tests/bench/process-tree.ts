import { readdirSync, readFileSync } from 'node:fs'

// Linux alone says these things; elsewhere the figures are NaN and the tables show a dash.

/** What the kernel counts CPU time in, on every architecture we run on. */
const TICKS_PER_SECOND = 100

/** CPU seconds of a process, its living descendants, and those of them that ended and were waited for. */
export function cpuSecondsOf(pid: number): number {
  return total(familyOf(pid).map(({ ticks }) => ticks / TICKS_PER_SECOND))
}

/** Resident memory of a process and its descendants; what they share is counted for each. */
export function residentBytesOf(pid: number): number {
  return total(familyOf(pid).map(member => residentBytes(member.pid)))
}

type Member = { readonly pid: number; readonly parent: number; readonly ticks: number }

function familyOf(pid: number): Member[] {
  const all = readAll()
  const family = new Set([pid])
  // children may be listed before their parents: repeat until no more are found
  for (let size = 0; size !== family.size; ) {
    size = family.size
    for (const member of all) if (family.has(member.parent)) family.add(member.pid)
  }
  return all.filter(member => family.has(member.pid))
}

function total(figures: readonly number[]): number {
  return figures.length === 0 ? Number.NaN : figures.reduce((sum, figure) => sum + figure, 0)
}

function readAll(): Member[] {
  try {
    return readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .flatMap(readStat)
  } catch {
    return []
  }
}

/** Fields of /proc/PID/stat, counted from the end of the name in parentheses, which may hold anything. */
function readStat(pid: string): Member[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    return [{ pid: Number(pid), parent: fields[1] ?? 0, ticks: total(fields.slice(11, 15)) }]
  } catch {
    return [] // it ended meanwhile
  }
}

function residentBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1')
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
  } catch {
    return 0 // it ended meanwhile
  }
}
