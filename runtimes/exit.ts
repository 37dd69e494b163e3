import { CoreError } from '@scaling-mlops/core'
import type { CommanderError } from 'commander'
import { ConfigurationError } from './configuration/read-configuration.ts'

/** Exit codes of every command. */
export const exitCodes = {
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

/** Says in one line what went wrong, where and which value, and answers the exit code for it. Only a bug shows its stack. */
export function explain(error: unknown): { readonly line: string; readonly exitCode: number } {
  if (error instanceof ConfigurationError)
    return { line: error.message.replaceAll(/^/gm, 'error[E_CONFIGURATION]: '), exitCode: exitCodes.configuration }
  if (error instanceof CoreError) {
    const data = error.code === 'invalid_data' || error.code === 'invalid_row'
    return {
      line: `error[${data ? 'E_DATA' : 'E_MODEL'}]: ${error.message}`,
      exitCode: data ? exitCodes.data : exitCodes.model,
    }
  }
  const { code, message, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number }
  if (code === 'EADDRINUSE')
    return {
      line: `error[E_PORT]: port ${port} on ${address} is in use; stop the program that listens there, or set PORT to another`,
      exitCode: exitCodes.configuration,
    }
  if (code === 'EACCES' && port !== undefined)
    return {
      line: `error[E_PORT]: this user may not listen on port ${port}; take one above 1023`,
      exitCode: exitCodes.configuration,
    }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return {
      line: `error[E_HOST]: this machine has no address "${address ?? message}"; set HOST to one that it has`,
      exitCode: exitCodes.configuration,
    }
  return { line: `error[E_BUG]: ${error instanceof Error ? error.stack : String(error)}`, exitCode: exitCodes.bug }
}

/** For `Command.exitOverride`: help and version end well, a flag or verb that does not exist is a usage error. */
export function exitOnUsage({ exitCode }: CommanderError): never {
  process.exit(exitCode === 0 ? exitCodes.done : exitCodes.usage)
}
