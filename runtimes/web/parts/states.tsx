import { type ReactNode, useEffect } from 'react'
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

/** What went wrong and what to do next. */
export function Failure({ error, children }: { readonly error: unknown; readonly children?: ReactNode }) {
  const problem = error instanceof ApiError ? error : undefined
  return (
    <div className="notice bad" role="alert">
      <span>{sentence((error as Error).message)}</span>
      {problem?.retryAfter !== undefined && <span className="muted">Try again in {problem.retryAfter} s.</span>}
      {problem?.requestId !== undefined && problem.status >= 500 && (
        <span className="muted small">Request {problem.requestId}</span>
      )}
      {problem?.wantsKey && <KeyButton title="Enter key" />}
      {children}
    </div>
  )
}

export function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(capital) ? capital : `${capital}.`
}
