import { readFile } from 'node:fs/promises'
import { CoreError, type ErrorCode } from '@scaling-mlops/core'

/** Reads a file of JSON; one that cannot be read, or is none, is an error of the given code that names it. */
export async function readJsonFile(path: string, code: ErrorCode): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(cause => {
    throw new CoreError(code, `${path} cannot be read: ${cause.message}`, { cause })
  })
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new CoreError(code, `${path} is not JSON: ${(cause as Error).message}`, { cause })
  }
}

/** Parses a document read from a file, so that its problems say where they are. */
export async function parseJsonFile<T>(path: string, code: ErrorCode, parse: (document: unknown) => T): Promise<T> {
  const document = await readJsonFile(path, code)
  try {
    return parse(document)
  } catch (cause) {
    throw cause instanceof CoreError ? new CoreError(cause.code, `${path}: ${cause.message}`, { cause }) : cause
  }
}
