import { lastOf, messagesOf, wholeOf, wholesOf } from './fields.ts'
import { type Message, parseTextFormat } from './text-format.ts'

/** Of a model's versions, ascending, those that its `config.pbtxt` lets serve; all of them where it cannot be read, or names none of them: whoever reads one is told why. */
export function servedVersions(text: string, versions: readonly number[]): readonly number[] {
  try {
    const chosen = chooseVersions(parseTextFormat(text), versions)
    return chosen.length === 0 ? versions : chosen
  } catch {
    return versions
  }
}

/** As `version_policy` says; all of them where it says nothing. Throws a SyntaxError where it is none. */
export function chooseVersions(config: Message, versions: readonly number[]): readonly number[] {
  const policy = messagesOf(config, 'version_policy').at(-1)
  const [kind] = [...(policy?.keys() ?? [])]
  if (policy === undefined || kind === undefined || kind === 'all') return versions
  const [chosen] = messagesOf(policy, kind)
  if (kind === 'latest' && chosen !== undefined) return versions.slice(-(wholeOf(chosen, 'num_versions', 1) ?? 1))
  if (kind === 'specific' && chosen !== undefined) {
    const wanted = wholesOf(chosen, 'versions', 1)
    return versions.filter(version => wanted.includes(version))
  }
  throw new SyntaxError(
    `line ${lastOf(policy, kind)?.line}: version_policy is one of latest, all, specific; got ${kind}`,
  )
}
