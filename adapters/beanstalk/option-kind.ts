/** What an option of Elastic Beanstalk takes; every value is text, numbers and truth values too. */
export type OptionKind = {
  /** What is allowed, as the end of a sentence that begins with "must be". */
  readonly words: string
  allows(value: string): boolean
}

export const truth: OptionKind = oneOf('true', 'false')

export const text: OptionKind = matching(/\S/, 'text')

export function oneOf(...choices: readonly string[]): OptionKind {
  return { words: `one of ${choices.join(', ')}`, allows: value => choices.includes(value) }
}

export function whole(minimum: number, maximum: number): OptionKind {
  return {
    words: `a whole number from ${minimum} to ${maximum}`,
    allows: value => /^\d+$/.test(value) && Number(value) >= minimum && Number(value) <= maximum,
  }
}

export function matching(pattern: RegExp, words: string): OptionKind {
  return { words, allows: value => pattern.test(value) }
}

/** Values that match, separated by commas. */
export function listOf({ words, allows }: OptionKind): OptionKind {
  return { words: `a list, separated by commas, of ${words}`, allows: value => value.split(',').every(allows) }
}
