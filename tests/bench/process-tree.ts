import { readdirSync, readFileSync } from 'node:fs'

// Linux alone says these things; elsewhere the figures are NaN and the tables show a dash.

const TICKS_PER_SECOND = 100
const PAGE_BYTES = 4096

/** CPU seconds of a process, its living descendants, and those of them that ended and were waited for. */
export function cpuSecondsOf(pid: number): number {
  return sum(pid, stat => stat.ticks) / TICKS_PER_SECOND
}

/** Resident memory of a process and its descendants; what they share is counted for each. */
export function residentBytesOf(pid: number): number {
  return sum(pid, stat => stat.pages) * PAGE_BYTES
}

type Stat = { readonly pid: number; readonly parent: number; readonly ticks: number; readonly pages: number }

function sum(pid: number, figure: (stat: Stat) => number): number {
  const all = readAll()
  const family = new Set([pid])
  // children may be listed before their parents: repeat until no more are found
  for (let size = 0; size !== family.size; ) {
    size = family.size
    for (const stat of all) if (family.has(stat.parent)) family.add(stat.pid)
  }
  const members = all.filter(stat => family.has(stat.pid))
  return members.length === 0 ? Number.NaN : members.reduce((total, stat) => total + figure(stat), 0)
}

function readAll(): Stat[] {
  try {
    return readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .flatMap(name => readStat(name))
  } catch {
    return []
  }
}

/** Fields of /proc/PID/stat, counted from the end of the name in parentheses, which may hold anything. */
function readStat(pid: string): Stat[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15)
    return [
      {
        pid: Number(pid),
        parent: fields[1] ?? 0,
        ticks: user + system + childUser + childSystem,
        pages: fields[21] ?? 0,
      },
    ]
  } catch {
    return [] // it ended meanwhile
  }
}
