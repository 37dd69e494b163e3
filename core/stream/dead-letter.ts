import type { DeadLetterCode, DeadReason } from './dead-reason.ts'
import type { StreamRecord } from './record.ts'

/** A record that could not be scored: as it came, and why. */
export type DeadLetter = StreamRecord &
  DeadReason & {
    /** Deliveries until it was given up. */
    readonly attempts: number
    /** Milliseconds since 1970. */
    readonly firstSeen: number
    readonly lastSeen: number
  }

/** Which letters are meant: those that match everything that is given. */
export type DeadLetterFilter = {
  readonly ids?: readonly string[]
  readonly model?: string
  readonly code?: DeadLetterCode
  /** Only letters after this cursor. */
  readonly after?: string
}

export function matches(letter: DeadLetter, { ids, model, code }: DeadLetterFilter): boolean {
  return (
    (ids === undefined || ids.includes(letter.id)) &&
    (model === undefined || letter.model === model) &&
    (code === undefined || letter.code === code)
  )
}
