/**
 * Items that follow each other, as one value: stored in one row, sent between threads as two or three texts, and not taken apart where nobody
 * looks into it. Bytes are alone in theirs.
 */
export type Block = {
  readonly count: number
  /** A JSON list of texts. */
  readonly ids: string
  /** Where the content of each begins: a JSON list of numbers, in UTF-16. */
  readonly starts: string
  /** All contents, one behind the other. */
  readonly contents: Content
}

export type Content = string | Uint8Array
export type Item = { readonly id: string; readonly content: Content }

/** So that one of its records is read without much ado. */
const MOST_ITEMS = 250
const MOST_LENGTH = 262_144

/** Packs values, in their order, into as few blocks as hold values that are alike; each with the first of its values. */
export function pack<Value>(
  values: readonly Value[],
  alike: (a: Value, b: Value) => boolean,
  toItem: (value: Value) => Item,
): { readonly head: Value; readonly block: Block }[] {
  const blocks: { head: Value; block: Block }[] = []
  let head: Value | undefined
  let items: Item[] = []
  let length = 0
  const end = (): void => {
    if (head !== undefined) blocks.push({ head, block: toBlock(items) })
    items = []
    length = 0
  }
  for (const value of values) {
    const item = toItem(value)
    length += item.content.length
    const previous = items.at(-1)
    if (
      head === undefined ||
      typeof previous?.content !== 'string' ||
      typeof item.content !== 'string' ||
      items.length === MOST_ITEMS ||
      length > MOST_LENGTH ||
      !alike(head, value)
    ) {
      end()
      head = value
      length = item.content.length
    }
    items.push(item)
  }
  end()
  return blocks
}

export function unpack({ ids, starts, contents }: Omit<Block, 'count'>): Item[] {
  const from = JSON.parse(starts) as number[]
  return (JSON.parse(ids) as string[]).map((id, index) => ({
    id,
    content: typeof contents === 'string' ? contents.slice(from[index], from[index + 1]) : contents,
  }))
}

/** The items of a block from one place in it to another, the last one included, as a block. */
export function slice(block: Block, first: number, last: number): Block {
  return first === 0 && last === block.count - 1 ? block : toBlock(unpack(block).slice(first, last + 1))
}

function toBlock(items: readonly Item[]): Block {
  const starts: number[] = []
  let length = 0
  for (const { content } of items) {
    starts.push(length)
    length += content.length
  }
  const [only] = items
  return {
    count: items.length,
    ids: JSON.stringify(items.map(({ id }) => id)),
    starts: JSON.stringify(starts),
    contents: items.length === 1 && only ? only.content : items.map(({ content }) => content).join(''),
  }
}
