export { createHttpApp, type HttpApp, type HttpAppOptions } from './http-app.ts'
export { type Listening, type ListenOptions, listen } from './node-server.ts'
