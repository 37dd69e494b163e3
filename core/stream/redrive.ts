import type { DeadLetters, StoredLetter } from '../ports/dead-letters.ts'
import type { Queue } from '../ports/queue.ts'
import type { DeadLetterFilter } from './dead-letter.ts'
import type { Judge } from './judge.ts'

export type RedriveOptions = {
  readonly filter: DeadLetterFilter
  /** Letters at most. */
  readonly limit: number
  /** Records a second that come up for scoring. */
  readonly rate: number
}

/** What a trial found: letters that match, and how many of them would be scored now. */
export type Trial = { readonly matching: number; readonly passing: number }

/** Sends dead letters back to the queue under their ids, spread over time by the rate. Answers how many. */
export async function redrive(
  { deadLetters, queue }: { readonly deadLetters: DeadLetters; readonly queue: Pick<Queue, 'send'> },
  { filter, limit, rate }: RedriveOptions,
): Promise<number> {
  let sent = 0
  for await (const letters of upTo(limit, deadLetters.scan(filter))) {
    await queue.send(
      letters.map(({ id, body, model, version, group, firstSeen }, index) => ({
        id,
        body,
        model,
        version,
        firstSeen,
        ...(group === undefined ? {} : { group }),
        delayMs: Math.floor(((sent + index) / rate) * 1000),
      })),
    )
    // removed only now: a crash in between sends a record twice under one id, and never loses it
    await deadLetters.remove(letters)
    sent += letters.length
  }
  return sent
}

/** Judges dead letters with the models of today, and leaves everything as it is. */
export async function tryRedrive(
  { deadLetters, judge }: { readonly deadLetters: DeadLetters; readonly judge: Judge },
  { filter, limit }: Pick<RedriveOptions, 'filter' | 'limit'>,
): Promise<Trial> {
  let matching = 0
  let passing = 0
  for await (const letters of upTo(limit, deadLetters.scan(filter))) {
    matching += letters.length
    for (const { kind } of await judge(letters)) if (kind === 'done') passing++
  }
  return { matching, passing }
}

/** Deletes dead letters for good. Answers how many. */
export async function discard(deadLetters: DeadLetters, filter: DeadLetterFilter, limit: number): Promise<number> {
  let discarded = 0
  for await (const letters of upTo(limit, deadLetters.scan(filter))) {
    await deadLetters.remove(letters)
    discarded += letters.length
  }
  return discarded
}

/** The first letters of a scan, which then ends. */
export async function* upTo(
  limit: number,
  pages: AsyncGenerator<readonly StoredLetter[]>,
): AsyncGenerator<readonly StoredLetter[]> {
  let left = limit
  for await (const letters of pages) {
    yield letters.slice(0, left)
    left -= letters.length
    if (left <= 0) return
  }
}
