import cluster from 'node:cluster'
import { Command, Option } from 'commander'
import { readConfiguration } from '../configuration/read-configuration.ts'
import { CONFIGURATION_FILE, readConfigurationFile } from '../configuration/read-file.ts'
import {
  type Configuration,
  environmentName,
  flagName,
  type SettingKey,
  settingKeys,
  settings,
} from '../configuration/settings.ts'
import { explain } from '../exit.ts'
import type { Serving } from './serve.ts'

/** The command that serves: a flag for each setting, signals for its end. `defaults` are what this place sets otherwise. */
export function createServeCommand(defaults: Partial<Configuration> = {}): Command {
  const command = new Command('serve')
    .description('serve the models of a repository over HTTP')

    .exitOverride()
  for (const key of settingKeys) {
    const value = defaults[key] ?? settings[key].default
    const shown =
      value === undefined ||
      (Array.isArray(value) && value.length === 0) ||
      (typeof value === 'object' && Object.keys(value).length === 0)
        ? ''
        : ` (default: ${String(value)})`
    command.addOption(
      new Option(`--${flagName(key)} <value>`, `${settings[key].description}; ${environmentName(key)}${shown}`),
    )
  }
  command.option('--config <file>', `JSON file of settings (default: ${CONFIGURATION_FILE} where it exists)`)
  return command.action(async ({ config, ...flags }: Partial<Record<SettingKey, string>> & { config?: string }) => {
    const file = await readConfigurationFile(config ?? CONFIGURATION_FILE, config !== undefined)
    const { configuration } = readConfiguration({ flags, environment: process.env, file, defaults })
    if (cluster.isWorker) return runWorker(configuration)
    let serving: Serving | undefined
    followSignals(() => serving, configuration.workers)
    serving = await start(configuration)
    if (process.stdout.isTTY) console.log(`Serving at ${serving.url}; Ctrl+C ends it.`)
  })
}

/** Starts one process or several. Each loads only what it needs, when it needs it: a primary has no use for ONNX Runtime, other commands for neither. */
async function start(configuration: Configuration): Promise<Serving> {
  if (configuration.workers > 1) {
    const { serveWithWorkers } = await import('./primary.ts')
    return serveWithWorkers(configuration)
  }
  const { serve } = await import('./serve.ts')
  return serve(configuration)
}

async function runWorker(configuration: Configuration): Promise<void> {
  const worker = await import('./worker.ts')
  return worker.runWorker(configuration)
}

/**
 * The first SIGTERM or SIGINT drains and exits 0, a second one ends at once, and so does one before anything is served. SIGHUP reloads
 * where there are workers to do it one by one. Set before the start: whoever reads that the server listens may signal it.
 */
function followSignals(current: () => Serving | undefined, workers: number): void {
  let stopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      const serving = current()
      if (stopping || serving === undefined) process.exit(signal === 'SIGTERM' ? 143 : 130)
      stopping = true
      serving.stop().then(
        () => process.exit(0),
        error => {
          console.error(...explain(error).lines)
          process.exit(1)
        },
      )
    })
  if (workers > 1) process.on('SIGHUP', () => void current()?.reload?.())
}
