/** A message in the text format of protocol buffers (https://protobuf.dev/reference/protobuf/textformat-spec/): the values of its fields in their order, scalars as they are written. No schema is asked. */
export type Message = ReadonlyMap<string, readonly Value[]>

export type Value = { readonly line: number; readonly value: string | Message }

type Token = { readonly text: string; readonly line: number; readonly isString: boolean }

const TOKEN = /\s+|#[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[\w.+-]+|[{}<>[\]:,;]/y
const DEEPEST = 20

/** Reads one message. Throws a SyntaxError that names the line. */
export function parseTextFormat(text: string): Message {
  const tokens = tokenise(text)
  let at = 0
  const peek = (): string | undefined => tokens[at]?.text
  const lineOf = (index: number): number => tokens[index]?.line ?? tokens.at(-1)?.line ?? 1
  const fail = (expected: string): never => {
    throw new SyntaxError(`line ${lineOf(at)}: ${expected} is expected; got ${peek() ?? 'the end'}`)
  }
  const skip = (...texts: readonly string[]): boolean => {
    const isThere = texts.includes(peek() ?? '')
    if (isThere) at++
    return isThere
  }

  const readMessage = (end: string | undefined, depth: number): Message => {
    if (depth > DEEPEST) throw new SyntaxError(`line ${lineOf(at)}: messages are nested more than ${DEEPEST} deep`)
    const fields = new Map<string, Value[]>()
    while (peek() !== end) {
      const name = peek()
      if (name === undefined || !/^[A-Za-z_]\w*$/.test(name)) return fail('the name of a field')
      at++
      const hasColon = skip(':')
      if (!hasColon && !['{', '<', '['].includes(peek() ?? '')) fail(`":" behind ${name}`)
      fields.set(name, [...(fields.get(name) ?? []), ...readValues(depth)])
      skip(',', ';')
    }
    at++
    return fields
  }

  const readValues = (depth: number): Value[] => {
    if (!skip('[')) return [readValue(depth)]
    const values: Value[] = []
    while (!skip(']')) {
      values.push(readValue(depth))
      if (!skip(',') && peek() !== ']') fail('"," or "]"')
    }
    return values
  }

  const readValue = (depth: number): Value => {
    const line = lineOf(at)
    if (skip('{')) return { line, value: readMessage('}', depth + 1) }
    if (skip('<')) return { line, value: readMessage('>', depth + 1) }
    const token = tokens[at]
    if (token === undefined || (!token.isString && !/^[\w.+-]+$/.test(token.text))) return fail('a value')
    at++
    let value = token.text
    // strings that follow each other are one
    while (token.isString && tokens[at]?.isString) value += tokens[at++]?.text
    return { line, value }
  }

  return readMessage(undefined, 0)
}

function tokenise(text: string): Token[] {
  const tokens: Token[] = []
  let line = 1
  const pattern = new RegExp(TOKEN)
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex
    const [found] = pattern.exec(text) ?? []
    if (found === undefined) throw new SyntaxError(`line ${line}: ${JSON.stringify(text[at])} has no meaning here`)
    const isString = found.startsWith('"') || found.startsWith("'")
    if (isString) tokens.push({ text: withoutEscapes(found.slice(1, -1)), line, isString })
    else if (!/^[\s#]/.test(found)) tokens.push({ text: found, line, isString })
    line += found.split('\n').length - 1
  }
  return tokens
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

function withoutEscapes(text: string): string {
  return text.replace(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter)
}
