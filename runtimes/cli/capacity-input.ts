import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { InvalidDataError } from '@scaling-mlops/core'
import {
  ageWarning,
  createTraceParser,
  type Pattern,
  type Policy,
  type Prices,
  parsePolicy,
  parsePrices,
  patternOf,
  SHIPPED_POLICY,
  SHIPPED_PRICES,
  scaleTrace,
  synthesiseTrace,
  type Trace,
} from '@scaling-mlops/core/capacity'
import { parseJsonFile } from './json-file.ts'
import type { Output } from './output.ts'

export type TraceFlags = {
  readonly trace: string
  readonly pattern: Pattern
  readonly requests: number
  readonly hours: number
  readonly scale: number
  readonly seed: number
}

/** The traffic that was asked for: made up, or a file's, times the scale. */
export async function openTrace(flags: TraceFlags): Promise<Trace> {
  const { trace, pattern, requests, hours, scale, seed } = flags
  return scaleTrace(
    trace === 'synthetic'
      ? synthesiseTrace({ requestsPerDay: requests, hours, seed, ...patternOf(pattern) })
      : await readTrace(trace),
    scale,
  )
}

export async function openPolicy(path: string | undefined): Promise<Policy> {
  return path === undefined ? SHIPPED_POLICY : await parseJsonFile(path, 'invalid_policy', parsePolicy)
}

/** The price list, with a word of warning where it is old. */
export async function openPrices(path: string | undefined, output: Output): Promise<Prices> {
  const prices = path === undefined ? SHIPPED_PRICES : await parseJsonFile(path, 'invalid_prices', parsePrices)
  const warning = ageWarning(prices, Date.now())
  if (warning !== undefined) output.warn(warning)
  return prices
}

async function readTrace(path: string): Promise<Trace> {
  const source = basename(path)
  const parser = createTraceParser(source)
  const file = createReadStream(path)
  const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file
  // an error of the file does not reach the stream it is piped into
  file.on('error', error => input.destroy(error))
  try {
    for await (const line of createInterface({ input })) parser.line(line)
  } catch (error) {
    if (error instanceof InvalidDataError) throw error
    throw new InvalidDataError({ source: path }, `cannot be read: ${(error as Error).message}`)
  } finally {
    file.destroy()
  }
  return parser.end()
}
