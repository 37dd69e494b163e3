import { CoreError } from '@scaling-mlops/core'
import { Command, CommanderError } from 'commander'
import { EXIT, exitCodeOf } from './exit-code.ts'
import { paint } from './output.ts'

/** Adds one verb to the program; each lives in the file of its name. */
export type RegisterVerb = (program: Command) => void

/** Runs the command line and answers its exit code. Errors that were meant are one line on stderr, bugs a stack trace. */
export async function runProgram(argv: readonly string[], verbs: readonly RegisterVerb[]): Promise<number> {
  const program = new Command('scaling-mlops')
    .description('Trains, checks and serves tabular models as ONNX bundles.')
    .exitOverride()
    .showHelpAfterError('(--help shows all flags)')
  for (const register of verbs) register(program)

  try {
    await program.parseAsync(argv)
    return Number(process.exitCode ?? EXIT.done)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
    if (error instanceof CoreError) process.stderr.write(`${paint('red', `error[${error.code}]:`)} ${error.message}\n`)
    else process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    return exitCodeOf(error)
  }
}
