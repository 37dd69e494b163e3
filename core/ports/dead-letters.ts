import type { DeadLetter, DeadLetterFilter } from '../stream/dead-letter.ts'

/** Records that could not be scored, each with its reason, kept until an operator redrives or discards them. */
export type DeadLetters = {
  /** Whether letters are keyed by model and id: held once, and quick to find. */
  readonly keyed: boolean
  /** Stores letters durably. Where they are keyed, a letter that is there already keeps its first-seen time, and a record that has a result is no dead letter. */
  add(letters: readonly DeadLetter[]): Promise<void>
  /** Letters that match, in pages, oldest first where the store knows an order. Those that are not removed until the end of the walk are left as they were. Keyed stores show none that came after its beginning. */
  scan(filter: DeadLetterFilter): AsyncGenerator<readonly StoredLetter[]>
  /** Deletes letters of a scan that is still under way. Where they are keyed, one whose record has died again since stays: it is the only one that tells of it. */
  remove(letters: readonly StoredLetter[]): Promise<void>
}

export type StoredLetter = DeadLetter & {
  /** The adapter's own note on where the letter lies. */
  readonly receipt: unknown
  /** Where a later scan goes on after this letter; undefined where the store keeps no order. */
  readonly cursor?: string
}
