/** What one call may carry: ten entries and a MiB in all. */
const MAX_ENTRIES = 10
export const MAX_BYTES = 1_048_576
const PARALLEL = 8

/** The part of an entry's answer that says it failed. */
export type FailedEntry = {
  readonly Id?: string | undefined
  readonly Code?: string | undefined
  readonly Message?: string | undefined
  readonly SenderFault?: boolean | undefined
}

/** Cuts entries into calls, runs some at once, and answers the entries that failed. */
export async function inBatches<T>(
  entries: readonly T[],
  call: (entries: readonly T[]) => Promise<{ readonly Failed?: readonly FailedEntry[] | undefined }>,
  sizeOf: (entry: T) => number = () => 0,
): Promise<readonly FailedEntry[]> {
  const batches = cut(entries, sizeOf)
  const failed: FailedEntry[] = []
  const work = async (): Promise<void> => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift())
      failed.push(...((await call(batch)).Failed ?? []))
  }
  await Promise.all(Array.from({ length: Math.min(PARALLEL, batches.length) }, work))
  return failed
}

function cut<T>(entries: readonly T[], sizeOf: (entry: T) => number): T[][] {
  const batches: T[][] = []
  let bytes = 0
  for (const entry of entries) {
    const size = sizeOf(entry)
    const last = batches.at(-1)
    if (last === undefined || last.length === MAX_ENTRIES || bytes + size > MAX_BYTES) {
      batches.push([entry])
      bytes = size
    } else {
      last.push(entry)
      bytes += size
    }
  }
  return batches
}

/** Throws where entries failed: with what SQS said of the first. */
export function assertNoneFailed(failed: readonly FailedEntry[], what: string): void {
  const [first] = failed
  if (first !== undefined)
    throw new Error(`SQS refused ${failed.length} of ${what}: ${first.Code ?? ''} ${first.Message ?? ''}`.trim())
}
