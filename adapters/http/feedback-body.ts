import { HttpError } from './http-error.ts'

const MOST_COMMENT = 2000
const VERDICTS = ['right', 'wrong']
const FIELDS = ['row', 'answer', 'requestId', 'verdict', 'outcome', 'comment']

type Check = readonly [isGood: (value: unknown) => boolean, allowed: string]

const CHECKS: Readonly<Record<string, Check>> = {
  row: [isObject, 'the row, an object'],
  answer: [value => value === undefined || isObject(value), 'what was answered, an object'],
  requestId: [isText(128), 'a text of at most 128 characters'],
  verdict: [value => VERDICTS.includes(value as string), `one of ${VERDICTS.join(', ')}`],
  outcome: [value => isText(200)(value) || Number.isFinite(value), 'what came true, a text or a number'],
  comment: [isText(MOST_COMMENT), `a text of at most ${MOST_COMMENT} characters`],
}

/** Reads what somebody says of a prediction; throws `bad_request` with all that is wrong. */
export function readFeedback(value: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(value)) throw new HttpError('bad_request', `feedback is a JSON object of ${FIELDS.join(', ')}`)
  const said = value as Readonly<Record<string, unknown>>
  const problems = [
    ...Object.keys(said)
      .filter(key => !FIELDS.includes(key))
      .map(key => `"${key.slice(0, 60)}" is not known; ${FIELDS.join(', ')} are`),
    ...Object.entries(CHECKS)
      .filter(([key, [isGood]]) => !isGood(said[key]))
      .map(([key, [, allowed]]) => `${key} must be ${allowed}`),
  ]
  if (problems.length > 0) throw new HttpError('bad_request', problems.join('; '))
  return said
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(most: number): (value: unknown) => boolean {
  return value => value === undefined || (typeof value === 'string' && value.length <= most)
}
