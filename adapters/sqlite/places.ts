/** Consecutive places, the last one included. */
export type Places = { readonly first: number; readonly last: number }

/** What two stretches have in common; they overlap. */
export function common(a: Places, b: Places): Places {
  return { first: Math.max(a.first, b.first), last: Math.min(a.last, b.last) }
}

/** Items in the order of their places, in runs whose places follow each other and that belong together. */
export function toRuns<Item extends { readonly seq: number }>(
  items: readonly Item[],
  together: (a: Item, b: Item) => boolean = () => true,
): { readonly first: Item; readonly last: Item }[] {
  const runs: { first: Item; last: Item }[] = []
  for (const item of items.toSorted((a, b) => a.seq - b.seq)) {
    const run = runs.at(-1)
    if (run && item.seq === run.last.seq + 1 && together(run.last, item)) run.last = item
    else runs.push({ first: item, last: item })
  }
  return runs
}
