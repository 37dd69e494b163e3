import type { Servable } from './servable.ts'

/** A servable whose calls are counted, so that it can be put away under load without failing anyone. */
export type HeldServable = {
  readonly servable: Servable
  /** Frees the model once its last call has ended. Who still holds the servable may go on: a later call opens it again, for as long as it lasts. */
  retire(): void
  close(): Promise<void>
}

type Dependencies = {
  readonly reopen: () => Promise<Servable>
  /** How long a retired model waits for one more call: a request that found it may still be reading its body. */
  readonly linger: () => Promise<void>
  readonly onReleased: () => void
}

export function holdServable(first: Servable, { reopen, linger, onReleased }: Dependencies): HeldServable {
  let open: Servable | undefined = first
  let opening: Promise<Servable> | undefined
  let running = 0
  let begun = 0
  let retired = false
  let closed = false

  const release = async (): Promise<void> => {
    const servable = open
    open = undefined
    await servable?.close()
  }

  const releaseWhenIdle = async (): Promise<void> => {
    const seen = begun
    await linger()
    if (!retired || running > 0 || begun !== seen || open === undefined) return
    await release().catch(() => {})
    onReleased()
  }

  const reopenOnce = (): Promise<Servable> => {
    opening ??= reopen()
      .then(servable => {
        open = servable
        return servable
      })
      .finally(() => {
        opening = undefined
      })
    return opening
  }

  const counted =
    <Arguments extends unknown[], Answer>(methodOf: (servable: Servable) => (...given: Arguments) => Promise<Answer>) =>
    async (...given: Arguments): Promise<Answer> => {
      running++
      begun++
      try {
        // the closed model says itself that it is closed
        return await methodOf(open ?? (closed ? first : await reopenOnce()))(...given)
      } finally {
        if (--running === 0 && retired) void releaseWhenIdle()
      }
    }

  return {
    servable: withCountedCalls(first, counted),
    retire() {
      retired = true
      if (running === 0) void releaseWhenIdle()
    },
    async close() {
      closed = true
      await opening?.catch(() => {})
      await release()
    },
  }
}

type Counted = <Arguments extends unknown[], Answer>(
  methodOf: (servable: Servable) => (...given: Arguments) => Promise<Answer>,
) => (...given: Arguments) => Promise<Answer>

function withCountedCalls(servable: Servable, counted: Counted): Servable {
  if (servable.rows === undefined)
    return { ...servable, runTensors: counted(opened => opened.runTensors ?? servable.runTensors) }
  const { rows } = servable
  return {
    ...servable,
    rows: {
      ...rows,
      predict: counted(opened => (opened.rows ?? rows).predict),
      predictEncoded: counted(opened => (opened.rows ?? rows).predictEncoded),
      scoreRows: counted(opened => (opened.rows ?? rows).scoreRows),
      runBatch: counted(opened => (opened.rows ?? rows).runBatch),
    },
  }
}
