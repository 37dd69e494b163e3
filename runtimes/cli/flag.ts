import { numberFrom } from '@scaling-mlops/core'
import { InvalidArgumentError } from 'commander'

/** Parses a flag's value as a number strictly between the bounds. */
export function numberFlag(above: number, below = Number.POSITIVE_INFINITY): (text: string) => number {
  return text => {
    const number = numberFrom(text)
    if (number === undefined || !(number > above && number < below))
      throw new InvalidArgumentError(
        `It must be a number above ${above}${below === Number.POSITIVE_INFINITY ? '' : ` and below ${below}`}.`,
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
