/** A stretch of whole days in UTC, the last one not in it. */
export type Window = { readonly from: string; readonly to: string }

export const DAY_MS = 86_400_000

/** The last so many calendar months that have a whole day, up to the day that is not over. */
export function monthsBefore(now: number, months: number): Window {
  const yesterday = new Date(now - DAY_MS)
  return {
    from: toDay(Date.UTC(yesterday.getUTCFullYear(), yesterday.getUTCMonth() - months + 1, 1)),
    to: toDay(now),
  }
}

/** Every day of a window, in order. */
export function daysOf({ from, to }: Window): readonly string[] {
  const days: string[] = []
  for (let at = Date.parse(from); at < Date.parse(to); at += DAY_MS) days.push(toDay(at))
  return days
}

/** `2026-11-28`, as the clocks of UTC say. */
export function toDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
