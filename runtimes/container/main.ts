import { createServeCommand } from './serve-command.ts'

// in a container the port is published on purpose: listen for all of it
await createServeCommand({ host: '0.0.0.0' }).parseAsync()
