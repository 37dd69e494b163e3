import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../support/free-port.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

export type Proxy = AsyncDisposable & {
  readonly url: string
  /** What it had to say: a line for each request that a backend failed. */
  errors(): Promise<readonly string[]>
  /** The lines that Elastic Beanstalk's health agent reads. */
  healthLog(): Promise<readonly string[]>
}

/** What the source bundle adds to nginx on an instance. */
const ADDED = fileURLToPath(new URL('../../.platform/nginx/conf.d', import.meta.url))

/** Starts nginx before backends on these ports of the loopback. */
export async function openNginx(ports: readonly number[]): Promise<Proxy> {
  const folder = await temporaryFolder()
  const port = await freePort()
  const file = join(folder.path, 'nginx.conf')
  await writeFile(file, configuration(folder.path, port, ports))
  const child = spawn('nginx', ['-c', file, '-e', join(folder.path, 'error.log')], { stdio: 'inherit' })
  const ended = once(child, 'exit')
  const url = `http://127.0.0.1:${port}`
  while (!(await fetch(`${url}/ping`).then(answersPing, () => false))) {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`)
    await delay(20)
  }
  const linesOf = async (name: string): Promise<string[]> =>
    (await readFile(join(folder.path, name), 'utf8')).split('\n').filter(line => line !== '')
  return {
    url,
    errors: () => linesOf('error.log'),
    healthLog: () => linesOf('application.log'),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await ended
      await folder[Symbol.asyncDispose]()
    },
  }
}

async function answersPing(response: Response): Promise<boolean> {
  return (await response.text()) === 'PONG'
}

/**
 * Elastic Beanstalk's own settings for Docker, before as many backends as there are where it has one: kept-alive connections, its
 * `Connection` header, its health log, the source bundle's additions, nginx's defaults for the rest. So a backend that failed is left alone for 10 s, and a POST whose first byte was sent is not sent again.
 */
function configuration(folder: string, port: number, ports: readonly number[]): string {
  return `
daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
error_log ${folder}/error.log warn;
pid ${folder}/nginx.pid;
events { worker_connections 1024; }
http {
  log_format healthd '$msec"$uri"$status"$request_time"$upstream_response_time"$http_x_forwarded_for';
  access_log ${folder}/application.log healthd;
  include ${ADDED}/*.conf;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  map $http_upgrade $connection_upgrade { default "upgrade"; }
  upstream docker {
${ports.map(backend => `    server 127.0.0.1:${backend};`).join('\n')}
    keepalive 256;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://docker;
      proxy_http_version 1.1;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Host $host;
      proxy_set_header X-Real-IP $remote_addr;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }
}
`
}
