import { readFile, writeFile } from 'node:fs/promises'
import { ConfigurationError } from '../configuration/read-configuration.ts'
import { type SettingKey, settingKeys, settings } from '../configuration/settings.ts'

export type Applied = {
  readonly file: string
  /** Written. */
  readonly set: readonly string[]
  /** Not settings of the server. */
  readonly left: readonly string[]
}

/** Sets those values that are settings of the server in its configuration file, and keeps the rest of the file. */
export async function applySettings(file: string, values: Readonly<Record<string, unknown>>): Promise<Applied> {
  const text = await readFile(file, 'utf8').catch(error => {
    if (error.code === 'ENOENT') return '{}'
    throw new ConfigurationError([`${file} cannot be read: ${error.message}`])
  })
  const document = parseObject(text, file)
  const set: string[] = []
  const left: string[] = []
  for (const [key, value] of Object.entries(values)) {
    const accepted = isSetting(key) && settings[key].schema().safeParse(value).success
    ;(accepted ? set : left).push(key)
    if (accepted) document[key] = value
  }
  await writeFile(file, `${JSON.stringify(document, null, 2)}\n`)
  return { file, set, left }
}

function isSetting(key: string): key is SettingKey {
  return (settingKeys as readonly string[]).includes(key)
}

function parseObject(text: string, file: string): Record<string, unknown> {
  try {
    const document: unknown = JSON.parse(text)
    if (typeof document === 'object' && document !== null && !Array.isArray(document))
      return document as Record<string, unknown>
  } catch (cause) {
    throw new ConfigurationError([`${file} is not JSON: ${(cause as Error).message}`])
  }
  throw new ConfigurationError([`${file} must hold one JSON object`])
}
