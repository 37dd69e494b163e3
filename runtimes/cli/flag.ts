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

/** Parses a flag's value as a whole number within inclusive bounds. */
export function wholeFlag(minimum: number, maximum: number): (text: string) => number {
  return text => {
    const number = numberFrom(text)
    if (number === undefined || !Number.isInteger(number) || number < minimum || number > maximum)
      throw new InvalidArgumentError(`It must be a whole number from ${minimum} to ${maximum}.`)
    return number
  }
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

function pairs(text: string, toNumber: (text: string) => number): [string, number][] {
  return text.split(',').map(pair => {
    const equals = pair.lastIndexOf('=')
    return [pair.slice(0, Math.max(0, equals)).trim(), toNumber(pair.slice(equals + 1))]
  })
}
