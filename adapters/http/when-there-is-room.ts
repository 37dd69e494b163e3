import { setTimeout as sleep } from 'node:timers/promises'
import { OverloadedError } from '@scaling-mlops/core'
import type { Caller } from './exchange.ts'

/** A stream has asked for little at a time already: it waits for its turn where a single request would be refused. */
export async function whenThereIsRoom<Answer>(caller: Caller, work: () => Promise<Answer>): Promise<Answer> {
  for (;;)
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof OverloadedError) || caller.aborted) throw error
      await sleep(Math.min(1000, Math.max(10, error.retryAfterMs)))
    }
}
