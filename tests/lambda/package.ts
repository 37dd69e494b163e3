import { fileURLToPath } from 'node:url'
import { runOrThrow } from '../support/run.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

export type Packaged = {
  readonly file: string
  readonly sha256: string
  readonly zipBytes: number
  readonly unzippedBytes: number
}

/** Packages the function as a user does. */
export async function packageLambda(out: string, ...flags: readonly string[]): Promise<Packaged> {
  const args = ['package', 'lambda', '--models', `${root}models`, '--out', out, '--json', ...flags]
  return JSON.parse(await runOrThrow(process.execPath, `${root}runtimes/cli/bin.js`, ...args))
}

/** Unpacks an archive with a reader that is not ours. */
export async function unzip(file: string, folder: string): Promise<void> {
  await runOrThrow('python3', '-m', 'zipfile', '-e', file, folder)
}
