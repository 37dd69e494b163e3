import { EXIT, explain } from '../exit.ts'

/** Makes one check and keeps what came of it: `look` answers what it found, or rejects with what is wrong. */
export type Check = (check: string, look: Look) => Promise<void>

export type Look = () => string | Promise<string>

export type Finding = {
  readonly check: string
  readonly ok: boolean
  readonly detail: string
  readonly exitCode: number
}

/** What no table of errors knows is something of this machine. */
export async function find(check: string, look: Look): Promise<Finding> {
  try {
    return { check, ok: true, detail: await look(), exitCode: EXIT.done }
  } catch (error) {
    const { lines, exitCode } = explain(error)
    if (exitCode === EXIT.bug)
      return { check, ok: false, detail: (error as Error).message, exitCode: EXIT.configuration }
    return { check, ok: false, detail: lines.map(line => line.replace(/^error\[\w+\]: /, '')).join('; '), exitCode }
  }
}
