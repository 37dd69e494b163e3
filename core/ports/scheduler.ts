/** When things happen. */
export type Scheduler = {
  /** Runs the callback after the events that have already arrived in this turn of the event loop. */
  afterTurn(callback: () => void): void
}
