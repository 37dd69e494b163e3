import { nearest } from '@scaling-mlops/core'
import { type Configuration, environmentName, flagName, type SettingKey, settingKeys, settings } from './settings.ts'

export type Origin = 'flag' | 'environment' | 'file' | 'default'

export type Sources = {
  /** By setting key, as typed on the command line. */
  readonly flags: Partial<Readonly<Record<SettingKey, string>>>
  /** Only the named variables are read. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The parsed configuration file; a key that is no setting is a problem. */
  readonly file: Readonly<Record<string, unknown>>
  /** What this place sets in the stead of the table's defaults. */
  readonly defaults?: Partial<Configuration>
}

/** Keys of the file that other verbs read. */
const SECTIONS: readonly string[] = ['beanstalk']

/** All that is wrong with a configuration, a line each. */
export class ConfigurationError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('; '))
    this.name = 'ConfigurationError'
    this.problems = problems
  }
}

/** Reads every setting from the first source that gives it: flag, environment, file, default. Throws one ConfigurationError with all problems. */
export function readConfiguration({ flags, environment, file, defaults = {} }: Sources): {
  configuration: Configuration
  origins: Readonly<Record<SettingKey, Origin>>
} {
  const problems = Object.keys(file)
    .filter(key => !settingKeys.includes(key as SettingKey) && !SECTIONS.includes(key))
    .map(key => unknownKey(key))
  const values: Partial<Record<SettingKey, unknown>> = {}
  const origins: Partial<Record<SettingKey, Origin>> = {}

  for (const key of settingKeys) {
    const given = giveFirst([
      ['flag', `--${flagName(key)}`, flags[key]],
      ['environment', environmentName(key), blankAsAbsent(environment[environmentName(key)])],
      ['file', key, file[key]],
    ])
    origins[key] = given?.origin ?? 'default'
    if (given === undefined) {
      values[key] = defaults[key] ?? settings[key].default
      continue
    }
    const parsed = settings[key].schema().safeParse(given.value)
    if (parsed.success) values[key] = parsed.data
    else
      problems.push(
        `${given.name}: ${[...new Set(parsed.error.issues.map(({ message }) => message))].join(', ')}; got ${settings[key].isSecret ? 'what is not shown here' : JSON.stringify(given.value)}`,
      )
  }
  const configuration = values as Configuration
  problems.push(...contradictionsOf(configuration))
  if (problems.length > 0) throw new ConfigurationError(problems)
  return { configuration, origins: origins as Record<SettingKey, Origin> }
}

/** What is well formed and cannot be had together. */
function contradictionsOf({ grpcPort, workers }: Configuration): string[] {
  if (grpcPort === undefined || workers === undefined || workers === 1) return []
  return [`GRPC_PORT: gRPC is served by one process and WORKERS is ${workers}; set it to 1, or leave GRPC_PORT out`]
}

function giveFirst(
  candidates: readonly (readonly [Origin, string, unknown])[],
): { origin: Origin; name: string; value: unknown } | undefined {
  const found = candidates.find(([, , value]) => value !== undefined)
  return found && { origin: found[0], name: found[1], value: found[2] }
}

/** `PORT=` in a shell or a compose file means: not set. */
function blankAsAbsent(value: string | undefined): string | undefined {
  return value?.trim() === '' ? undefined : value
}

function unknownKey(key: string): string {
  const near = nearest(key, settingKeys)
  return `"${key}" in the configuration file is not a setting${near === undefined ? '' : `; did you mean "${near}"?`}`
}
