/**
 * Follows a request through this server and those before it, as OpenTelemetry and W3C's Trace Context mean it. Moments are the clock's
 * monotonic ones. Never throws, never waits.
 */
export type Tracer = {
  /** Begins the span of a request; undefined where its trace is not sampled. */
  begin(origin: TraceOrigin): RequestSpan | undefined
}

export type TraceOrigin = {
  readonly started: number
  /** The caller's own headers; what cannot be read begins a new trace. */
  readonly traceparent: string | undefined
  readonly tracestate: string | undefined
}

export type RequestSpan = {
  /** To be told of each run that rows of this request were part of. */
  readonly onRun: (run: TracedRun) => void
  end(end: SpanEnd): void
}

export type SpanEnd = {
  /** Of few values, like `POST /predict`. */
  readonly name: string
  readonly attributes: Readonly<Record<string, AttributeValue | undefined>>
  readonly model: string | undefined
  readonly version: number | undefined
  /** Whether it is a fault of this server that it did not succeed. */
  readonly isFault: boolean
}

export type AttributeValue = string | number | boolean | readonly string[]

/** What became of the rows of one call in one run of the model. */
export type TracedRun = {
  /** When the rows came, when their run began and when it was over. */
  readonly arrived: number
  readonly started: number
  readonly ended: number
  /** The call's own rows, and those of all calls that the run took together. */
  readonly rows: number
  readonly batchRows: number
  readonly failed: boolean
}
