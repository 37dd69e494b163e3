import { parentPort, workerData } from 'node:worker_threads'
import { systemClock, systemTimer } from '@scaling-mlops/adapters/memory'
import { openStreamsStore, type SqliteStreamsOptions, type StreamsStore } from '@scaling-mlops/adapters/sqlite'
import type { DeadLetterFilter, DeadLetters, StoredLetter } from '@scaling-mlops/core'

export type ThreadData = { readonly path: string } & Pick<SqliteStreamsOptions, 'visibilityMs' | 'keepMs'>

/** What the thread does when it is asked: the store's methods, and what stands for a signal and a walk, which cannot be sent. */
export type Calls = Omit<StreamsStore['records'], 'receive'> &
  StreamsStore['results'] &
  Pick<DeadLetters, 'add' | 'remove'> & {
    receive(limit: number, signal: number): ReturnType<StreamsStore['records']['receive']>
    abort(signal: number): Promise<void>
    /** The next page of a walk, begun with the filter; undefined at its end. */
    page(walk: number, filter: DeadLetterFilter): Promise<readonly StoredLetter[] | undefined>
    endWalk(walk: number): Promise<void>
    close(): Promise<void>
  }
export type Request = { readonly call: number; readonly name: keyof Calls; readonly values: readonly unknown[] }
export type Answer = { readonly call: number; readonly value?: unknown; readonly error?: unknown }
/** The first thing the thread says. */
export type Opened = { readonly visibilityMs: number; readonly keyed: boolean }

// the thread that keeps the embedded streams: a commit waits for the disk, and whoever is being answered does not wait with it
const { path, ...options } = workerData as ThreadData
const { visibilityMs, records, results, deadLetters, close } = openStreamsStore(path, {
  ...options,
  clock: systemClock,
  timer: systemTimer,
})
const signals = new Map<number, AbortController>()
const walks = new Map<number, AsyncGenerator<readonly StoredLetter[]>>()

const calls: Calls = {
  ...records,
  ...results,
  ...deadLetters,
  async receive(limit, signal) {
    const stop = new AbortController()
    signals.set(signal, stop)
    return await records.receive(limit, stop.signal).finally(() => signals.delete(signal))
  },
  abort: async signal => signals.get(signal)?.abort(),
  async page(walk, filter) {
    const pages = walks.get(walk) ?? deadLetters.scan(filter)
    walks.set(walk, pages)
    const { value } = await pages.next()
    return value as readonly StoredLetter[] | undefined
  },
  endWalk: async walk => void walks.delete(walk),
  async close() {
    await close()
    parentPort?.close()
  },
}

parentPort?.on('message', async ({ call, name, values }: Request) => {
  try {
    const value = await (calls[name] as (...values: readonly unknown[]) => Promise<unknown>)(...values)
    parentPort?.postMessage({ call, value } satisfies Answer)
  } catch (error) {
    parentPort?.postMessage({ call, error } satisfies Answer)
  }
})
parentPort?.postMessage({ visibilityMs, keyed: deadLetters.keyed } satisfies Opened)
