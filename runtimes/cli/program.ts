import { Command } from 'commander'
import { explain } from '../exit.ts'
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
  return runCommand(program, argv)
}

/** Runs one command and answers its exit code, saying on stderr what went wrong. */
export async function runCommand(command: Command, argv: readonly string[]): Promise<number> {
  try {
    await command.parseAsync(argv)
    return Number(process.exitCode ?? 0)
  } catch (error) {
    const { lines, exitCode } = explain(error)
    for (const line of lines) process.stderr.write(`${line.replace(/^error\[\w+\]:/, label => paint('red', label))}\n`)
    return exitCode
  }
}
