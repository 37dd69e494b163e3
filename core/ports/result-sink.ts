/** Where results go. */
export type ResultSink = {
  /**
   * Stores results durably, each under its model and id; settles before its record is acknowledged. A result that is there already stays
   * as it is where the sink is keyed by id; a queue as sink passes on every publication with its id. Rejects where not all are stored.
   */
  publish(results: readonly StreamResult[]): Promise<void>
}

/** A sink that can be asked. */
export type ResultStore = ResultSink & {
  find(model: string, id: string): Promise<StreamResult | undefined>
  /** A model's results in the order of their publication, after a cursor (from the start without one). */
  list(model: string, after: string | undefined, limit: number): Promise<readonly ListedResult[]>
}

export type StreamResult = {
  readonly id: string
  readonly model: string
  readonly version: number
  /** The answer as JSON text, the same bytes as at every other door. */
  readonly answer: string
  /** When it was scored, in milliseconds since 1970. */
  readonly at: number
}

export type ListedResult = StreamResult & { readonly cursor: string }
