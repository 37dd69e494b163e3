import { numberFrom } from '@scaling-mlops/core'
import type { Costs } from '@scaling-mlops/core/evaluation'
import type { ClassWeights } from '@scaling-mlops/core/training'
import { InvalidArgumentError } from 'commander'

/** Parses a flag's value as a number strictly between the bounds. */
export function numberFlag(above: number, below = Number.POSITIVE_INFINITY): (text: string) => number {
  return text => {
    const number = numberFrom(text)
    if (number === undefined || !(number > above && number < below))
      throw new InvalidArgumentError(
        `It must be a number${above === Number.NEGATIVE_INFINITY ? '' : ` above ${above}`}${below === Number.POSITIVE_INFINITY ? '' : ` and below ${below}`}.`,
      )
    return number
  }
}

/** Parses a flag's value as a number of at least 0. */
export function amountFlag(text: string): number {
  const number = numberFrom(text)
  if (number === undefined || number < 0) throw new InvalidArgumentError('It must be a number of at least 0.')
  return number
}

/** Parses a flag's value as a number from 0 to 100. */
export function percentFlag(text: string): number {
  const number = amountFlag(text)
  if (number > 100) throw new InvalidArgumentError('It must be a number from 0 to 100.')
  return number
}

/** Parses a flag's value as a whole number within inclusive bounds. */
export function wholeFlag(minimum: number, maximum: number): (text: string) => number {
  return text => {
    const number = numberFrom(text)
    if (number === undefined || !Number.isInteger(number) || number < minimum || number > maximum)
      throw new InvalidArgumentError(`It must be a whole number from ${minimum} to ${maximum}.`)
    return number
  }
}

/** Parses a count above 0 with an optional unit: `500`, `35M`, `2.5G`. */
export function quantityFlag(text: string): number {
  const [, digits = '', unit = ''] = /^(.*?)([kMGT]?)$/.exec(text) ?? []
  const number = numberFrom(digits)
  if (number === undefined || !(number > 0))
    throw new InvalidArgumentError(
      'It must be a number above 0, with k, M, G or T for thousands, millions, billions, trillions.',
    )
  return number * ({ k: 1e3, M: 1e6, G: 1e9, T: 1e12 }[unit] ?? 1)
}

/** Parses a time above 0 as milliseconds: `20ms`, `1.5s`. */
export function durationFlag(text: string): number {
  const [, digits = '', unit = ''] = /^(.*?)(ms|s|min)$/.exec(text) ?? []
  const number = numberFrom(digits)
  if (number === undefined || !(number > 0))
    throw new InvalidArgumentError('It must be a time with its unit: 20ms, 1.5s or 4min.')
  return number * ({ s: 1000, min: 60_000 }[unit] ?? 1)
}

/** Parses a list of numbers above a bound: `0.1,1,10`. */
export function numbersFlag(above: number): (text: string) => number[] {
  const one = numberFlag(above)
  return text => text.split(',').map(one)
}

/** Parses a number of folds: 0 for none, else two or more. */
export function foldsFlag(text: string): number {
  const folds = wholeFlag(0, 255)(text)
  if (folds === 1)
    throw new InvalidArgumentError('One fold leaves nothing to train on; take 0 for none, or 2 and more.')
  return folds
}

/** Parses `balanced` or `yes=3,no=1`. */
export function classWeightFlag(text: string): ClassWeights {
  return text === 'balanced' ? text : Object.fromEntries(pairs(text, numberFlag(0)))
}

/** Parses what decisions cost: `fp=10,fn=120`; a gain is a negative cost. */
export function costFlag(text: string): Costs {
  const parsed = pairs(text, numberFlag(Number.NEGATIVE_INFINITY))
  for (const [name] of parsed)
    if (!['fp', 'fn', 'tp', 'tn'].includes(name))
      throw new InvalidArgumentError(`"${name}" is none of fp, fn, tp, tn (false and true positives and negatives).`)
  return Object.fromEntries(parsed)
}

/** Parses what is wanted of latency: `p99=50ms`, `p99.9=200ms`. */
export function objectiveFlag(text: string): { readonly share: number; readonly milliseconds: number } {
  const [, percent = '', duration = ''] = /^p([\d.]+)=(.+)$/.exec(text) ?? []
  const share = (numberFrom(percent) ?? 0) / 100
  if (!(share > 0 && share < 1)) throw new InvalidArgumentError('It must be like p99=50ms.')
  return { share, milliseconds: durationFlag(duration) }
}

/** Parses the address of a server, or the whole address of what to call; /predict where it names no path. */
export function urlFlag(text: string): URL {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new InvalidArgumentError('It must be an address like http://localhost:9696.')
  if (url.pathname === '/') url.pathname = '/predict'
  return url
}

/** Parses the address of a server, as one that paths are added to. */
export function serverFlag(text: string): URL {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new InvalidArgumentError('It must be an address like https://models.example.com.')
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}

/** Parses scores of instance types: `c7g.medium=700,c7i.large=650`. */
export function scoresFlag(text: string): Record<string, number> {
  return Object.fromEntries(pairs(text, numberFlag(0)))
}

/** Whether so many failed rows of so many are too many. */
export type ErrorLimit = (failed: number, rows: number) => boolean

/** Parses a limit of failed rows: `500` of them, or a share, `2%`. */
export function errorLimitFlag(text: string): ErrorLimit {
  const [, digits = '', percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? []
  const number = Number(digits)
  if (digits === '' || (percent === '' && !Number.isInteger(number)) || (percent === '%' && number > 100))
    throw new InvalidArgumentError('It must be a number of rows or a share of them: 500 or 2%.')
  return percent === '%' ? (failed, rows) => failed > (rows * number) / 100 : failed => failed > number
}

function pairs(text: string, toNumber: (text: string) => number): [string, number][] {
  return text.split(',').map(pair => {
    const equals = pair.lastIndexOf('=')
    return [pair.slice(0, Math.max(0, equals)).trim(), toNumber(pair.slice(equals + 1))]
  })
}
