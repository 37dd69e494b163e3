/** What is paid in a month, line by line. */
export type Bill = { readonly items: readonly BillItem[]; readonly monthly: number }

export type BillItem = { readonly name: string; readonly detail: string; readonly monthly: number }

/** As AWS counts them. */
export const HOURS_PER_MONTH = 730
export const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600

/** Sums the lines up; lines of nothing are left out. */
export function toBill(items: readonly BillItem[]): Bill {
  const paid = items.filter(({ monthly }) => monthly > 0)
  return { items: paid, monthly: paid.reduce((sum, { monthly }) => sum + monthly, 0) }
}

/**
 * The requests a month at which two ways to serve cost the same: below it the first is dearer, beyond it the second. Undefined where one
 * of them is cheaper all the way to `most`.
 */
export function breakEven(
  first: (requests: number) => number,
  second: (requests: number) => number,
  most = 1e13,
): number | undefined {
  const dearer = (requests: number): boolean => first(requests) > second(requests)
  let [low, high] = [0, most]
  if (!dearer(low) || dearer(high)) return undefined
  // halving the ratio, not the distance: the answer may be thousands or billions
  for (let step = 0; step < 200; step++) {
    const middle = low < 1 ? high / 1000 : Math.sqrt(low * high)
    if (high - low < 0.5) break
    if (dearer(middle)) low = middle
    else high = middle
  }
  return high
}
