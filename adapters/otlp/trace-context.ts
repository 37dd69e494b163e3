import type { TraceOrigin } from '@scaling-mlops/core'

/** Where a request stands among the services that it passed: W3C's Trace Context, level 1. */
export type TraceContext = {
  readonly traceId: string
  readonly parentId: string
  readonly sampled: boolean
  /** Other vendors' part, handed on as it came. */
  readonly state: string | undefined
}

const TRACEPARENT = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/
const ZEROS = /^0+$/
/** What W3C asks everyone to hand on at least. */
const MOST_STATE_CHARACTERS = 512

/** The caller's context; undefined where it has none, or one that the standard says to ignore. */
export function readTraceContext({ traceparent, tracestate }: Omit<TraceOrigin, 'started'>): TraceContext | undefined {
  const [, version, traceId = '', parentId = '', flags = '', rest] = TRACEPARENT.exec(traceparent?.trim() ?? '') ?? []
  if (version === undefined || version === 'ff' || (version === '00' && rest !== undefined)) return undefined
  if (ZEROS.test(traceId) || ZEROS.test(parentId)) return undefined
  const state = tracestate !== undefined && tracestate.length <= MOST_STATE_CHARACTERS ? tracestate : undefined
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & 1) === 1, state }
}
