import { readFile } from 'node:fs/promises'
import { CoreError, type Feature } from '@scaling-mlops/core'
import { UnreachableError } from '../exit.ts'

export type BenchRequest = {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** How many rows one request carries, as far as its body says. */
  readonly rows: number
}

type RequestFlags = {
  readonly body?: string
  readonly rows?: number
  readonly header: Readonly<Record<string, string>>
}

/** What will be sent, tried once: rejects where the server cannot be reached or refuses this body, since refusals are no measure of it. */
export async function prepareRequest(url: URL, { body: file, rows, header }: RequestFlags): Promise<BenchRequest> {
  const given = file === undefined ? JSON.stringify(await askForRow(url, header)) : await readBody(file)
  const { body, rows: count } = repeat(given, rows)
  const headers = { 'content-type': 'application/json', ...header }
  const answer = await reach(url, { method: 'POST', headers, body })
  const text = await answer.text()
  if (!answer.ok)
    throw new CoreError('invalid_data', `${url} answers ${answer.status} to this body: ${text.slice(0, 500)}`)
  return { url: url.href, headers, body, rows: count }
}

/** A row that the model accepts, made from the features it names. */
async function askForRow(url: URL, headers: Readonly<Record<string, string>>): Promise<Record<string, unknown>> {
  const ask = async (path: string): Promise<unknown> => {
    const answer = await reach(new URL(path, url), { headers })
    return answer.ok ? answer.json().catch(() => undefined) : undefined
  }
  const named = /^\/models\/[^/]+(\/versions\/[^/]+)?/.exec(url.pathname)?.[0]
  const models = (named === undefined ? await ask('/models') : undefined) as
    | { models?: { name?: string; default?: boolean }[] }
    | undefined
  const first = models?.models?.find(model => model.default) ?? models?.models?.[0]
  const path = named ?? `/models/${encodeURIComponent(String(first?.name))}`
  const description = (await ask(path)) as { manifest?: { features?: readonly Feature[] } } | undefined
  const features = description?.manifest?.features
  if (!Array.isArray(features))
    throw new CoreError(
      'invalid_data',
      `${url.origin} does not say what a row looks like at ${path}; give one with --body`,
    )
  return Object.fromEntries((features as readonly Feature[]).map(feature => [feature.name, exampleOf(feature)]))
}

function exampleOf(feature: Feature): string | number | undefined {
  if (feature.default !== undefined) return feature.default
  if (feature.kind === 'category') return feature.values[0]?.value
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = feature
  return Math.min(maximum, Math.max(minimum, 1))
}

async function readBody(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(cause => {
    throw new CoreError('invalid_data', `the body "${file}" cannot be read: ${cause.message}`, { cause })
  })
}

/** The body with its row repeated, where that is asked for. */
function repeat(body: string, rows: number | undefined): { body: string; rows: number } {
  const document = parse(body)
  if (rows === undefined) return { body, rows: Array.isArray(document) ? document.length : 1 }
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new CoreError('invalid_data', '--rows repeats a body that is one JSON object; this one is not')
  const row = JSON.stringify(document)
  return { body: `[${Array.from({ length: rows }, () => row).join(',')}]`, rows }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function reach(url: URL, init: RequestInit): Promise<Response> {
  return fetch(url, init).catch(error => {
    const { code, message } = (error.cause ?? error) as NodeJS.ErrnoException
    throw new UnreachableError(`${url.origin} cannot be reached: ${code ?? message}`, { cause: error })
  })
}
