import { readConfiguration } from '../configuration/read-configuration.ts'
import { CONFIGURATION_FILE, readConfigurationFile } from '../configuration/read-file.ts'
import { environmentName, type SettingKey, settingKeys, settings } from '../configuration/settings.ts'
import { createOutput, type OutputFlags } from './output.ts'

/** Shows all settings with their origins; rejects with one ConfigurationError of all that is wrong. */
export async function runConfig({
  config = CONFIGURATION_FILE,
  ...flags
}: OutputFlags & { readonly config?: string }): Promise<void> {
  const file = await readConfigurationFile(config, config !== CONFIGURATION_FILE)
  const { configuration, origins } = readConfiguration({ flags: {}, environment: process.env, file })
  const shownOf = (key: SettingKey): unknown =>
    settings[key].isSecret && origins[key] !== 'default' ? 'set, not shown' : (configuration[key] ?? null)

  const width = Math.max(...settingKeys.map(key => environmentName(key).length))
  const lines = settingKeys.map(key => {
    const [value, origin] = [shownOf(key), origins[key] === 'file' ? config : origins[key]]
    return `${environmentName(key).padEnd(width)}  ${value === null ? 'not set' : JSON.stringify(value)}  (${origin})`
  })
  createOutput(flags).result(lines.join('\n'), {
    schemaVersion: 1,
    settings: Object.fromEntries(settingKeys.map(key => [key, { value: shownOf(key), origin: origins[key] }])),
  })
}
