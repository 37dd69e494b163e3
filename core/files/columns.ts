import type { Progress } from './score-file.ts'

/** Rows as columns: the values of each, in the order of the source's names. */
export type Columns = readonly ArrayLike<unknown>[]

/** What each row gains, by the name of its column; undefined where a row has no such value. */
export type ScoredColumns = Readonly<Record<string, readonly unknown[]>>

/** Rows that lie in columns, read from the first to the last. */
export type ColumnSource = {
  /** For people, in messages. */
  readonly name: string
  readonly columnNames: readonly string[]
  /** The rows in order, some thousands at a time. */
  read(): AsyncIterable<Columns>
  /** A value of a column in the words of JSON. */
  plain(value: unknown): unknown
  /** Rejects with `invalid_data` where what was read is no longer what is there. */
  assertUnchanged(): Promise<void>
}

/** Takes rows with what they gained, in order. */
export type ColumnSink = {
  /** Resolves when there is room for more. */
  write(columns: Columns, scored: ScoredColumns): Promise<void>
  /** Writes what such a file ends with. */
  finish(): Promise<void>
}

/** What a job says of its rows. */
export type Tally = Pick<Progress, 'rows' | 'failed' | 'sum' | 'positives'>
