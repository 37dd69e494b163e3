import type { DeadLetter, Delivery, OutgoingRecord, Queue, StreamResult } from '@scaling-mlops/core'

/** A record for the churn model, with what a test wants different. */
export function aRecord(changes: Partial<OutgoingRecord> = {}): OutgoingRecord {
  return { id: 'a', model: 'churn', version: undefined, body: '{"tenure":1}', ...changes }
}

export function aResult(changes: Partial<StreamResult> = {}): StreamResult {
  return { id: 'a', model: 'churn', version: 1, answer: '{"churn":true}', at: Date.UTC(2026, 10, 23), ...changes }
}

export function aLetter(changes: Partial<DeadLetter> = {}): DeadLetter {
  return {
    id: 'a',
    model: 'churn',
    version: undefined,
    body: '{"tenure":-1}',
    code: 'invalid_row',
    reason: 'tenure must be a number of at least 0; got -1',
    issues: [{ field: 'tenure', code: 'too_small', message: 'tenure must be a number of at least 0; got -1' }],
    attempts: 1,
    firstSeen: Date.UTC(2026, 10, 20),
    lastSeen: Date.UTC(2026, 10, 21),
    ...changes,
  }
}

/** All of a generator's pages in one list. */
export async function collect<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = []
  for await (const page of pages) all.push(...page)
  return all
}

/** Receives until so many have come or nothing comes any more. */
export async function receiveAll(queue: Queue, count: number): Promise<Delivery[]> {
  const { signal } = new AbortController()
  const all: Delivery[] = []
  for (let empty = 0; all.length < count && empty < 2; ) {
    const some = await queue.receive(count - all.length, signal)
    if (some.length === 0) empty++
    all.push(...some)
  }
  return all
}
