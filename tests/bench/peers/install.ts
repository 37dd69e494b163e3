import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = import.meta.dirname
const environments = fileURLToPath(new URL('../../../.cache/python', import.meta.url))

export function pythonOf(peer: string): string {
  return join(environments, peer)
}

/** Makes the virtual environment of a peer from its pinned requirements, unless it is there. Answers what stood in the way, or undefined. */
export function installPeer(peer: string): string | undefined {
  const folder = pythonOf(peer)
  const requirements = join(here, `requirements-${peer}.txt`)
  const stamp = join(folder, 'requirements.txt')
  const wanted = readFileSync(requirements, 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return undefined

  rmSync(folder, { recursive: true, force: true })
  mkdirSync(environments, { recursive: true })
  const python = join(folder, 'bin', 'python')
  const problem =
    run('python3', ['-m', 'venv', folder]) ??
    run(python, [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--no-deps',
      '--only-binary',
      ':all:',
      '-r',
      requirements,
    ]) ??
    (peer === 'flask' || peer === 'pandas'
      ? run(python, [join(here, 'flask_train.py'), join(folder, 'model.pickle')])
      : undefined)
  if (problem === undefined) writeFileSync(stamp, wanted)
  return problem
}

/** The version of a package among a peer's pins. */
export function pinnedVersion(peer: string, name: string): string {
  const pins = readFileSync(join(here, `requirements-${peer}.txt`), 'utf8')
  return new RegExp(`^${name}==(.*)$`, 'im').exec(pins)?.[1] ?? '?'
}

function run(command: string, args: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  if (error) return error.message
  return status === 0 ? undefined : (stderr.trim().split('\n').at(-1) ?? `${command} ended with ${status}`)
}
