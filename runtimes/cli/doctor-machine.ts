import { once } from 'node:events'
import { access, constants, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { availableParallelism } from 'node:os'
import { dirname, resolve } from 'node:path'

export function describeMachine(): string {
  return `${process.version} on ${process.platform} ${process.arch}, ${availableParallelism()} cores`
}

/** Rejects where the folder cannot be written. One that is not there yet is made by the server: what holds it must be writable. */
export async function describeFolder(folder: string | undefined): Promise<string> {
  if (folder === undefined) return 'not set: streams, files and feedback have no place'
  let path = resolve(folder)
  for (;;) {
    try {
      await access(path, constants.W_OK)
      if (!(await stat(path)).isDirectory()) throw new Error(`${path} is a file and not a folder`)
      return path === resolve(folder) ? `${folder} can be written` : `${folder} can be made`
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || path === dirname(path)) throw error
      path = dirname(path)
    }
  }
}

/** Rejects where nobody can listen there just now. */
export async function describePort(host: string, port: number): Promise<string> {
  const server = createServer().listen(port, host)
  await once(server, 'listening')
  server.close()
  return port === 0 ? `any port of ${host} will do` : `${port} of ${host} is free`
}
