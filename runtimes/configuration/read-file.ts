import { readFile } from 'node:fs/promises'
import { ConfigurationError } from './read-configuration.ts'

export const CONFIGURATION_FILE = 'scaling-mlops.config.json'

/** The settings of a JSON file. One that nobody named may be absent; rejects with a ConfigurationError otherwise. */
export async function readConfigurationFile(path: string, isNamed: boolean): Promise<Record<string, unknown>> {
  const text = await readFile(path, 'utf8').catch(error => {
    if (!isNamed && error.code === 'ENOENT') return '{}'
    throw new ConfigurationError([`the configuration file "${path}" cannot be read: ${error.message}`])
  })
  try {
    const document: unknown = JSON.parse(text)
    if (typeof document === 'object' && document !== null && !Array.isArray(document))
      return document as Record<string, unknown>
  } catch (cause) {
    throw new ConfigurationError([`the configuration file "${path}" is not JSON: ${(cause as Error).message}`])
  }
  throw new ConfigurationError([`the configuration file "${path}" must hold one JSON object`])
}
