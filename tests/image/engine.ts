import type { Environment } from '../support/host.ts'

/** What builds images and runs them: the same few deeds, whichever program does them here. */
export type Engine = {
  readonly name: string
  /** Builds one of the Dockerfile's targets, or its last stage. */
  build(folder: string, tag: string, target?: string): Promise<void>
  inspect(tag: string): Promise<ImageConfiguration>
  /** Bytes of every file in an image, by path. */
  files(tag: string): Promise<ReadonlyMap<string, number>>
  /** Runs an image's own command with a read-only root file system but for /tmp, and some variables more than its own. */
  start(tag: string, environment: Environment): Promise<RunningContainer>
  /** The same of a command that listens nowhere and calls out, on the machine's own network and as a user that the image may not know. */
  startCaller(tag: string, environment: Environment, user: string): Promise<RunningCaller>
  /** Takes away an image and what runs of it; the base images stay for the next time. */
  remove(tag: string): Promise<void>
}

export type RunningCaller = {
  /** What its command has written so far. */
  readonly output: { readonly stdout: string; readonly stderr: string }
  /** Runs a program beside the container's command and answers its exit code and output. */
  exec(program: string, ...args: string[]): Promise<{ readonly code: number; readonly stdout: string }>
  /** Sends SIGTERM, or a signal that leaves no choice, and answers the exit code of the container's command. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number>
}

export type RunningContainer = RunningCaller & {
  /** Where its port is reached from this machine. */
  readonly url: string
}

export type ImageConfiguration = {
  readonly user: string
  readonly folder: string
  /** Entrypoint and command: the words that the container runs. */
  readonly command: readonly string[]
  readonly environment: readonly string[]
  readonly ports: readonly string[]
}

/** An image's configuration from the form that Docker and the Open Container Initiative share. */
export function toImageConfiguration({
  User,
  WorkingDir,
  Entrypoint,
  Cmd,
  Env,
  ExposedPorts,
}: {
  readonly User?: string
  readonly WorkingDir?: string
  readonly Entrypoint?: readonly string[] | null
  readonly Cmd?: readonly string[] | null
  readonly Env?: readonly string[] | null
  readonly ExposedPorts?: object | null
}): ImageConfiguration {
  return {
    user: User || 'root',
    folder: WorkingDir || '/',
    command: [...(Entrypoint ?? []), ...(Cmd ?? [])],
    environment: Env ?? [],
    ports: Object.keys(ExposedPorts ?? {}),
  }
}

/** The arguments after a Dockerfile's folder and an image's name that build one of its targets. */
export const toTarget = (target: string | undefined): readonly string[] =>
  target === undefined ? [] : ['--target', target]

/** The arguments that make `find` print every file below a folder as `parseSizes` reads it. */
export const listFiles = (format: '%p' | '/%P'): readonly string[] => [
  '-xdev',
  '-type',
  'f',
  '-printf',
  `%s ${format}\\n`,
]

/** Lines of bytes and path as bytes by path. */
export function parseSizes(lines: string): ReadonlyMap<string, number> {
  return new Map(
    lines.split('\n').map(line => {
      const space = line.indexOf(' ')
      return [line.slice(space + 1), Number(line.slice(0, space))] as const
    }),
  )
}
