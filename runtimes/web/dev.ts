import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'

/** `npm run dev`: the server, restarted on every saved change, and the console before it with hot reload. */
const root = fileURLToPath(new URL('../..', import.meta.url))
const api = `http://127.0.0.1:${process.env.PORT ?? 9696}`
const console_ = ['/m', '/ops', '/calls', '/assets', '/@', '/node_modules', '/main.tsx']
const sources = /^\/[\w-]+(\/[\w-]+)*\.(ts|tsx|css|html)(\?|$)/

const server = spawn(
  'tsx',
  ['watch', '--include', 'models/**/*.json', 'runtimes/local/main.ts', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  },
)

const vite = await createServer({
  configFile: fileURLToPath(new URL('vite.config.ts', import.meta.url)),
  server: {
    host: '127.0.0.1',
    proxy: {
      // all that is no file of the console is asked of the server, and pages are the console's own
      '^/': {
        target: api,
        bypass: ({ url = '/', headers }) => {
          const isPage = url.split('?')[0] === '/' && headers.accept?.includes('text/html')
          const isOurs =
            sources.test(url) ||
            console_.some(
              path => url === path || url.startsWith(path === '/@' ? path : `${path}/`) || url.startsWith(`${path}?`),
            )
          return isPage || isOurs ? url : undefined
        },
      },
    },
  },
})
await vite.listen()
vite.printUrls()

const end = async (): Promise<void> => {
  server.kill('SIGTERM')
  await vite.close()
}
process.once('SIGINT', () => void end())
process.once('SIGTERM', () => void end())
server.once('exit', code => void vite.close().then(() => process.exit(code ?? 0)))
