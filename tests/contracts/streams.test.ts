import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryStreams, systemTimer } from '@scaling-mlops/adapters/memory'
import { openSqliteStreams } from '@scaling-mlops/adapters/sqlite'
import { startSqliteStreams } from '@scaling-mlops/runtimes/streams'
import { describeDeadLetters } from './dead-letters.ts'
import { describeQueue } from './queue.ts'
import { describeResultStore } from './result-store.ts'

/** A clock that goes on only when it is told to. */
function stoppedClock() {
  let now = Date.UTC(2026, 10, 23)
  return {
    clock: { now: () => now, monotonic: () => now },
    pass: async (milliseconds: number) => {
      now += milliseconds
    },
  }
}

async function openMemory() {
  const { clock, pass } = stoppedClock()
  const streams = createMemoryStreams({ clock, timer: systemTimer, visibilityMs: 1_000, waitMs: 5 })
  return { ...streams, pass, close: async () => {} }
}

async function openSqlite() {
  const { clock, pass } = stoppedClock()
  const folder = await mkdtemp(join(tmpdir(), 'streams-'))
  const streams = openSqliteStreams(join(folder, 'new/streams.db'), {
    clock,
    timer: systemTimer,
    visibilityMs: 1_000,
    pollMs: 5,
  })
  const close = async (): Promise<void> => {
    await streams.close()
    await rm(folder, { recursive: true })
  }
  return { ...streams, pass, close }
}

/** In its thread time passes by itself. */
async function startSqlite() {
  const folder = await mkdtemp(join(tmpdir(), 'streams-'))
  const { close, ...streams } = await startSqliteStreams({ path: join(folder, 'new/streams.db'), visibilityMs: 1_000 })
  return {
    ...streams,
    pass: (milliseconds: number) => systemTimer.sleep(milliseconds),
    close: async () => {
      await close()
      await rm(folder, { recursive: true })
    },
  }
}

describeQueue('memory', openMemory, { keyed: true, ordered: true, delays: true, counts: true })
describeQueue('SQLite', openSqlite, { keyed: true, ordered: false, delays: true, counts: true })
describeQueue('SQLite in its thread', startSqlite, { keyed: true, ordered: false, delays: true, counts: true })
describeResultStore('memory', openMemory, { lists: true })
describeResultStore('SQLite', openSqlite, { lists: true })
describeDeadLetters('memory', openMemory, { keyed: true })
describeDeadLetters('SQLite', openSqlite, { keyed: true })
describeResultStore('SQLite in its thread', startSqlite, { lists: true })
describeDeadLetters('SQLite in its thread', startSqlite, { keyed: true })
