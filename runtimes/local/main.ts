import { createServeCommand } from '../container/serve-command.ts'

// a workstation: loopback only, as the settings have it
await createServeCommand().parseAsync()
