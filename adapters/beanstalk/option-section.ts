import { nearest } from '@scaling-mlops/core'
import { knownOptions, type Namespace, type OptionName } from './known-options.ts'
import type { OptionKind } from './option-kind.ts'

/** A value, or a value and why it is that. */
export type OptionValue = string | readonly [value: string, why: string]

/** Options of one namespace and what they are for. */
export type OptionSection = {
  readonly namespace: string
  readonly why: string
  readonly options: Readonly<Record<string, OptionValue>>
}

/** A section whose names the compiler checks; `undefined` leaves an option to Elastic Beanstalk. */
export function section<N extends Namespace>(
  namespace: N,
  why: string,
  options: Partial<Readonly<Record<OptionName<N>, OptionValue | undefined>>>,
): OptionSection {
  const given = Object.entries(options).filter((entry): entry is [string, OptionValue] => entry[1] !== undefined)
  return { namespace, why, options: Object.fromEntries(given) }
}

/** Everything that Elastic Beanstalk would refuse, a line each: unknown namespaces, unknown names, values that are not allowed. */
export function optionProblems(sections: readonly OptionSection[]): string[] {
  return sections.flatMap(({ namespace, options }) => {
    const known: Readonly<Record<string, OptionKind>> | undefined = knownOptions[namespace as Namespace]
    if (known === undefined) return [`${namespace} is no namespace of options${suggest(namespace, knownOptions)}`]
    return Object.entries(options).flatMap(([name, option]) => {
      const kind = known[name] ?? known['*']
      if (kind === undefined) return [`${namespace} has no option "${name}"${suggest(name, known)}`]
      const value = textOf(option)
      return isFunction(value) || kind.allows(value)
        ? []
        : [`${namespace} ${name} must be ${kind.words}; got ${JSON.stringify(value)}`]
    })
  })
}

export function textOf(option: OptionValue): string {
  return typeof option === 'string' ? option : option[0]
}

/** Elastic Beanstalk evaluates what stands between backticks as a function of CloudFormation. */
export function isFunction(value: string): boolean {
  return /^`\{.*\}`$/.test(value)
}

function suggest(name: string, known: object): string {
  const near = nearest(name, Object.keys(known))
  return near === undefined ? '' : `; did you mean "${near}"?`
}
