import { readConfiguration } from '../configuration/read-configuration.ts'
import { serve } from '../container/serve.ts'
import type { ServerUsage } from './own-server.ts'

// The server as it ships, in a process of its own that tells its parent where it listens and, asked, what it has used so far.
const { configuration } = readConfiguration({
  flags: { port: '0', logLevel: 'warn' },
  environment: process.env,
  file: {},
})
const serving = await serve(configuration)
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  const usage: ServerUsage = { cpuSeconds: (user + system) / 1e6, memoryMb: process.memoryUsage.rss() / 1024 ** 2 }
  process.send?.(usage)
})
process.on('disconnect', () => void serving.stop().finally(() => process.exit(0)))
process.send?.({ url: serving.url })
