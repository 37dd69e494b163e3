import { createHash, timingSafeEqual } from 'node:crypto'
import { HttpError } from './http-error.ts'

export type OperatorOptions = {
  /** Keys that open operator routes; none: only this machine may. */
  readonly apiKeys: readonly string[]
  /** Whether the server listens on a loopback address alone. */
  readonly isLoopback: boolean
}

/** Lets a request to an operator route pass and says who it is of, or throws what it lacks. */
export type RequireOperator = (request: Pick<Request, 'headers'>) => OperatorName

/** `key 6bf1a0c2` after the first digits of the key's SHA-256, which tell keys apart and give none away; `this machine` where there are no keys. */
export type OperatorName = string

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via']

export function createOperatorCheck({ apiKeys, isLoopback }: OperatorOptions): RequireOperator {
  const digests = apiKeys.map(digest)
  return ({ headers }) => {
    if (digests.length === 0) {
      if (isLoopback && !FORWARDED.some(name => headers.has(name))) return 'this machine'
      throw new HttpError(
        'forbidden',
        'operator routes are closed here; set API_KEYS and send one of the keys as "Authorization: Bearer KEY"',
      )
    }
    const [, key] = /^Bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '') ?? []
    if (key === undefined)
      throw unauthorized('operator routes want one of the keys of API_KEYS as "Authorization: Bearer KEY"')
    const given = digest(key)
    if (!isOneOf(given, digests)) throw unauthorized('the key is none of API_KEYS')
    return `key ${given.toString('hex').slice(0, 8)}`
  }
}

/** Whoever asks whether the server is well has no key: load balancers and platforms. */
const ALWAYS_OPEN = ['/ping', '/health', '/health/live', '/health/ready', '/v2/health/live', '/v2/health/ready']

/** Whether a path wants an operator's key by KEYED_PATHS. */
export function isKeyed(path: string, beginnings: readonly string[]): boolean {
  return !ALWAYS_OPEN.includes(path) && beginnings.some(beginning => path.startsWith(beginning))
}

/** Compares with every key, so that the time it takes says nothing about any of them. */
function isOneOf(given: Buffer, known: readonly Buffer[]): boolean {
  return known.map(each => timingSafeEqual(each, given)).includes(true)
}

/** Digests have one length, as a comparison in constant time needs. */
function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

function unauthorized(message: string): HttpError {
  return new HttpError('unauthorized', message, { headers: { 'www-authenticate': 'Bearer' } })
}
