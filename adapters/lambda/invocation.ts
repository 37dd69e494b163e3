/** One call of the function: who it is, and how long it may still take. */
export type Invocation = {
  readonly requestId: string
  /** Aborted shortly before the time is over: what is left then is reported as unfinished. */
  readonly signal: AbortSignal
  /** Milliseconds until then. */
  remaining(): number
  close(): void
}

/** What Lambda tells of an invocation. */
export type LambdaContext = { readonly awsRequestId: string; getRemainingTimeInMillis(): number }

/** Kept of an invocation's time for its answer, its log and its metrics; of a very short one half. */
const RESERVE_MS = 300

export function openInvocation({ awsRequestId, getRemainingTimeInMillis }: LambdaContext): Invocation {
  const given = getRemainingTimeInMillis()
  const reserve = Math.min(RESERVE_MS, given / 2)
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), given - reserve)
  return {
    requestId: awsRequestId,
    signal: controller.signal,
    remaining: () => Math.max(0, getRemainingTimeInMillis() - reserve),
    close: () => clearTimeout(timer),
  }
}

/** What the work resolves to, or undefined where the time is over first; the work's own end is then nobody's concern. */
export async function inTime<T>(work: Promise<T>, { signal }: Invocation): Promise<T | undefined> {
  let strike: () => void = () => {}
  const struck = new Promise<undefined>(resolve => {
    strike = () => resolve(undefined)
  })
  signal.addEventListener('abort', strike)
  if (signal.aborted) strike()
  try {
    return await Promise.race([work, struck])
  } finally {
    signal.removeEventListener('abort', strike)
    work.catch(() => {})
  }
}
