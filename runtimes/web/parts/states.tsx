import { type ReactNode, useEffect, useRef, useState } from 'react'
import { ApiError } from '../api/http.ts'
import { KeyButton } from '../shell/key-dialog.tsx'

/** A page's name, in the document and on top of it. */
export function PageHead({
  title,
  detail,
  children,
}: {
  readonly title: string
  readonly detail?: ReactNode
  readonly children?: ReactNode
}) {
  useEffect(() => {
    document.title = `${title} · Streaming at Scale`
  }, [title])
  return (
    <div className="page-head">
      <h1>
        {title} {detail !== undefined && <span>{detail}</span>}
      </h1>
      {children}
    </div>
  )
}

/** The shape of what is coming. */
export function Loading({ lines = 4 }: { readonly lines?: number }) {
  return (
    <div className="card" aria-busy="true">
      <p className="hidden" role="status">
        Loading
      </p>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: all are the same
        <div key={line} className="skeleton" />
      ))}
    </div>
  )
}

/** Counts down to another try at `deadline`, a time of `performance.now()`. */
export function Countdown({ deadline, again }: { readonly deadline: number; readonly again: () => void }) {
  const [left, setLeft] = useState<number>()
  const latest = useRef(again)
  latest.current = again
  useEffect(() => {
    const tick = () => {
      const seconds = Math.ceil((deadline - performance.now()) / 1000)
      setLeft(Math.max(0, seconds))
      if (seconds > 0) return
      clearInterval(timer)
      latest.current()
    }
    const timer = setInterval(tick, 250)
    return () => clearInterval(timer)
  }, [deadline])
  if (left === undefined) return null
  return (
    <span className="muted" aria-hidden="true">
      {left > 0 ? `Trying again in ${left} s.` : 'Trying again …'}
    </span>
  )
}

/** What went wrong and what to do next. */
export function Failure({ error, children }: { readonly error: unknown; readonly children?: ReactNode }) {
  const problem = error instanceof ApiError ? error : undefined
  return (
    <div className="notice bad" role="alert">
      <span>{sentence((error as Error).message)}</span>
      {problem?.retryAfter !== undefined && <span className="muted">Try again in {problem.retryAfter} s.</span>}
      <RequestId error={error} />
      {problem?.wantsKey && <KeyButton title="Enter key" />}
      {children}
    </div>
  )
}

/** Under which a request that failed is found in the log of the server. */
export function RequestId({ error }: { readonly error: unknown }) {
  const id = error instanceof ApiError ? error.requestId : undefined
  return id === undefined ? null : <span className="muted small">Request {id}</span>
}

export function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(capital) ? capital : `${capital}.`
}
