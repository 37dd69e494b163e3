import { CoreError, type ErrorCode } from '@scaling-mlops/core'
import { CommanderError } from 'commander'
import { ConfigurationError } from './configuration/read-configuration.ts'

/** What exit codes say (130 and 143 are the shell's, for interrupted and terminated). */
export const EXIT = {
  done: 0,
  bug: 1,
  usage: 2,
  configuration: 3,
  data: 4,
  model: 5,
  gate: 6,
  partial: 7,
  unreachable: 8,
} as const

/** A server that a command needs and that does not answer. */
export class UnreachableError extends Error {}

const BY_CORE_CODE: Readonly<Record<ErrorCode, readonly [kind: string, exitCode: number]>> = {
  invalid_gate: ['E_USAGE', EXIT.usage],
  unknown_instance_type: ['E_USAGE', EXIT.usage],
  impossible_target: ['E_USAGE', EXIT.usage],
  invalid_policy: ['E_CONFIGURATION', EXIT.configuration],
  invalid_prices: ['E_CONFIGURATION', EXIT.configuration],
  invalid_feature_table: ['E_CONFIGURATION', EXIT.configuration],
  invalid_row: ['E_SCHEMA', EXIT.data],
  invalid_tensor: ['E_SCHEMA', EXIT.data],
  invalid_data: ['E_DATA', EXIT.data],
  not_converged: ['E_DATA', EXIT.data],
  invalid_manifest: ['E_MODEL', EXIT.model],
  no_feature_table: ['E_MODEL', EXIT.model],
  no_default_model: ['E_MODEL', EXIT.model],
  unknown_model: ['E_MODEL', EXIT.model],
  unknown_version: ['E_MODEL', EXIT.model],
  model_unavailable: ['E_MODEL', EXIT.model],
  no_explanation: ['E_MODEL', EXIT.model],
  golden_mismatch: ['E_MODEL', EXIT.model],
  overloaded: ['E_OVERLOADED', EXIT.unreachable],
  deadline_exceeded: ['E_OVERLOADED', EXIT.unreachable],
  cancelled: ['E_CANCELLED', EXIT.partial],
}

const BY_SYSTEM_CODE: Readonly<Record<string, (error: SystemError) => string>> = {
  EADDRINUSE: ({ address, port }) =>
    `port ${port} on ${address} is in use; stop the program that listens there, or set PORT to another`,
  EACCES: ({ port }) => `this user may not listen on port ${port}; take one above 1023`,
  EADDRNOTAVAIL: ({ address }) => `this machine has no address "${address}"; set HOST to one that it has`,
  ENOTFOUND: ({ hostname }) => `"${hostname}" is not an address; set HOST to one that this machine has`,
}

const BY_FILE_CODE: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file and not a folder',
  EISDIR: 'this is a folder and not a file',
}

/** A command that cannot mean anything, found after its flags were parsed. */
export class UsageError extends Error {}

/** What another process of ours has explained already. */
export class ExplainedError extends Error {
  readonly explanation: Explanation

  constructor(explanation: Explanation) {
    super(explanation.lines.join('; '))
    this.name = 'ExplainedError'
    this.explanation = explanation
  }
}

export type Explanation = { readonly lines: readonly string[]; readonly exitCode: number }

type SystemError = NodeJS.ErrnoException & { address?: string; port?: number; hostname?: string }

/** An error as the exit code it stands for and the lines that say it; none where the parser of flags has said it already. */
export function explain(error: unknown): Explanation {
  if (error instanceof ExplainedError) return error.explanation
  if (error instanceof CommanderError) return { lines: [], exitCode: error.exitCode === 0 ? EXIT.done : EXIT.usage }
  if (error instanceof ConfigurationError)
    return { lines: error.problems.map(problem => `error[E_CONFIGURATION]: ${problem}`), exitCode: EXIT.configuration }
  if (error instanceof CoreError) {
    const [kind, exitCode] = BY_CORE_CODE[error.code]
    return { lines: [`error[${kind}]: ${error.message}`], exitCode }
  }
  if (error instanceof UsageError) return { lines: [`error[E_USAGE]: ${error.message}`], exitCode: EXIT.usage }
  if (error instanceof UnreachableError)
    return { lines: [`error[E_UNREACHABLE]: ${error.message}`], exitCode: EXIT.unreachable }
  if (isRemote(error))
    return { lines: [`error[E_REMOTE]: ${error.name}: ${error.message}`], exitCode: EXIT.unreachable }
  const system = error as SystemError
  // whoever read the output has seen enough, like head; the shell's own code for it
  if (system?.code === 'EPIPE') return { lines: [], exitCode: 141 }
  // a worker listens through its primary, where the same error is one of bind
  if (system?.syscall !== undefined && ['listen', 'bind', 'getaddrinfo'].includes(system.syscall)) {
    const words = BY_SYSTEM_CODE[system.code ?? '']?.(system)
    if (words !== undefined) return { lines: [`error[E_LISTEN]: ${words}`], exitCode: EXIT.configuration }
  }
  const reason = system?.path === undefined ? undefined : BY_FILE_CODE[system.code ?? '']
  if (reason !== undefined) return { lines: [`error[E_FILE]: ${system.path}: ${reason}`], exitCode: EXIT.configuration }
  return { lines: [error instanceof Error ? String(error.stack) : String(error)], exitCode: EXIT.bug }
}

/** What the AWS SDK rejects with: every answer and every broken connection of its carries metadata. */
function isRemote(error: unknown): error is Error {
  return error instanceof Error && ('$metadata' in error || error.name === 'CredentialsProviderError')
}
