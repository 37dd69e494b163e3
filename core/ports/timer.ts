import type { Signal } from './signal.ts'

/** Waiting. */
export type Timer = {
  /** Resolves after so many milliseconds, or as soon as the signal is aborted. Never rejects. */
  sleep(milliseconds: number, signal?: Signal): Promise<void>
  /** Calls the task again and again, first after one interval, until the function it answers is called. */
  every(milliseconds: number, task: () => void): () => void
}
