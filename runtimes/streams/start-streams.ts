import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { createSqliteStreams, type SqliteStreams } from '@scaling-mlops/adapters/sqlite'
import type { Answer, Calls, Opened, Request, ThreadData } from './streams-thread.ts'

// beside this file as it is written, and beside the bundle as it is shipped
const thread = new URL(`./streams-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)

/** How these streams are scored: one batch is scored while another is stored, a third waits for the disk and the next is received. */
export const EMBEDDED = { batchSize: 500, concurrency: 4 }

/**
 * Opens the embedded streams in a thread of their own: SQLite's work and its waiting for the disk leave the event loop to those who are
 * being answered. Rejects where the file cannot be made or opened.
 */
export async function startSqliteStreams(data: ThreadData): Promise<SqliteStreams> {
  const worker = new Worker(thread, { workerData: data })
  const [{ visibilityMs, keyed }] = (await once(worker, 'message')) as [Opened]
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let failure: unknown
  let last = 0

  worker.on('message', ({ call, value, error }: Answer) => {
    const answer = waiting.get(call)
    waiting.delete(call)
    if (error === undefined) answer?.resolve(value)
    else answer?.reject(error)
  })
  const end = (reason: unknown): void => {
    failure ??= reason
    for (const answer of waiting.values()) answer.reject(failure)
    waiting.clear()
  }
  worker.on('error', end)
  worker.on('exit', () => end(new Error('the streams are closed')))
  const ask =
    <Name extends keyof Calls>(name: Name) =>
    (...values: Parameters<Calls[Name]>): ReturnType<Calls[Name]> => {
      const answer = Promise.withResolvers<unknown>()
      const call = ++last
      if (failure === undefined) {
        waiting.set(call, answer)
        worker.postMessage({ call, name, values } satisfies Request)
      } else answer.reject(failure)
      return answer.promise as ReturnType<Calls[Name]>
    }

  const abort = ask('abort')
  const receive = ask('receive')
  const page = ask('page')
  const endWalk = ask('endWalk')
  return createSqliteStreams({
    visibilityMs,
    records: {
      send: ask('send'),
      async receive(limit, signal) {
        if (signal.aborted) return []
        const number = ++last
        const stop = (): void => void abort(number)
        signal.addEventListener('abort', stop)
        return await receive(limit, number).finally(() => signal.removeEventListener('abort', stop))
      },
      hide: ask('hide'),
      acknowledge: ask('acknowledge'),
      has: ask('has'),
      backlog: ask('backlog'),
    },
    results: { publish: ask('publish'), find: ask('find'), list: ask('list') },
    deadLetters: {
      keyed,
      add: ask('add'),
      async *scan(filter) {
        const walk = ++last
        try {
          for (let letters = await page(walk, filter); letters; letters = await page(walk, filter)) yield letters
        } finally {
          await endWalk(walk)
        }
      },
      remove: ask('remove'),
    },
    // the thread ends by itself: one that is ended from outside may be in the middle of SQLite's work
    async close() {
      if (failure !== undefined) return
      const ended = once(worker, 'exit')
      void ask('close')().catch(() => {})
      await ended
    },
  })
}
