/** Where the API is; set by the build, empty for the console's own origin. */
declare const API_ORIGIN: string

export const apiOrigin: string = API_ORIGIN
/** The address to show in calls that people copy. */
export const shownOrigin = (): string => (apiOrigin === '' ? location.origin : apiOrigin)

export type FieldIssue = {
  readonly field?: string
  readonly code: string
  readonly message: string
  readonly nearest?: string
}

/** An answer that says no, in the words of its problem document; status 0 is a server that does not answer. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly issues: readonly FieldIssue[]
  readonly requestId: string | undefined
  /** Seconds. */
  readonly retryAfter: number | undefined
  /** When it came, as `performance.now()` tells it. */
  readonly at = performance.now()

  constructor(status: number, problem: Readonly<Record<string, unknown>>, retryAfter?: number) {
    super(String(problem.detail ?? problem.error ?? problem.title ?? `the server answered ${status}`))
    this.status = status
    this.code = String(problem.code ?? 'unreachable')
    this.issues = Array.isArray(problem.errors) ? (problem.errors as FieldIssue[]) : []
    this.requestId = typeof problem.requestId === 'string' ? problem.requestId : undefined
    this.retryAfter = retryAfter
  }

  get isUnreachable(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 504
  }

  get wantsKey(): boolean {
    return this.status === 401
  }
}

/** Asks again so often, but not while a key is wanted: another try would close the dialog in which it is being typed. */
export const pollEvery =
  (milliseconds: number) =>
  ({ state }: { readonly state: { readonly error: Error | null } }): number | false =>
    state.error instanceof ApiError && state.error.wantsKey ? false : milliseconds

const KEY = 'operator-key'
export const operatorKey = {
  get: (): string | null => sessionStorage.getItem(KEY),
  set: (key: string): void => (key === '' ? sessionStorage.removeItem(KEY) : sessionStorage.setItem(KEY, key)),
}

/** Asks the API; rejects with an `ApiError`. The operator's key, where there is one, goes with every request. */
export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  const key = operatorKey.get()
  if (key !== null) headers.set('authorization', `Bearer ${key}`)
  if (!headers.has('accept')) headers.set('accept', 'application/json')
  const response = await fetch(apiOrigin + path, { ...init, headers }).catch(error => {
    if (init.signal?.aborted) throw error
    throw new ApiError(0, { detail: 'The server cannot be reached.' })
  })
  if (response.ok) return response
  const problem = await response.json().catch(() => ({}))
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  throw new ApiError(response.status, problem ?? {}, Number.isFinite(seconds) ? seconds : undefined)
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await ask(path, signal === undefined ? {} : { signal })).json() as Promise<T>
}

export async function postJson<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const init: RequestInit = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
  return (await ask(path, signal === undefined ? init : { ...init, signal })).json() as Promise<T>
}
