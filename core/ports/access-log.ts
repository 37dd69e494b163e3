/** Takes one line for each request answered. Never throws, never waits. */
export type AccessLog = (entry: AccessEntry) => void

export type AccessEntry = {
  readonly method: string
  /** Without its query, which may hold what does not belong in a log. */
  readonly path: string
  readonly status: number
  /** The name of gRPC's own status, for calls of gRPC, whose HTTP status is 200 however they end. */
  readonly grpcStatus?: string | undefined
  readonly milliseconds: number
  readonly requestId: string
  readonly model?: string | undefined
  readonly version?: number | undefined
  /** Rows that came in, and how many of them were refused. */
  readonly rows?: number | undefined
  readonly invalid?: number | undefined
}
