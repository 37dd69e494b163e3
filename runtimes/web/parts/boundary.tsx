import { Component, type ReactNode } from 'react'

/** Keeps a fault of one card from taking the page with it. */
export class CardBoundary extends Component<{ readonly children: ReactNode }, { readonly error: Error | undefined }> {
  override state: { readonly error: Error | undefined } = { error: undefined }

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error }
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === undefined) return this.props.children
    return (
      <section className="card" role="alert">
        <h2>This part failed</h2>
        <p>{error.message}</p>
        <div className="row">
          <button type="button" className="button" onClick={() => this.setState({ error: undefined })}>
            Try again
          </button>
          <button
            type="button"
            className="button"
            onClick={() =>
              void navigator.clipboard.writeText(`${error.message}\n${error.stack ?? ''}\n${location.href}`)
            }
          >
            Copy details
          </button>
        </div>
      </section>
    )
  }
}
