import { join } from 'node:path'
import { pythonOf } from './peers/install.ts'
import { type Launch, root } from './server-process.ts'

/** A server in the comparison. */
export type Contestant = {
  readonly name: string
  /** What it is, in the tables. */
  readonly title: string
  readonly launch: (port: number) => Launch
  /** The Python environment it needs, of those under peers/. */
  readonly peer?: string
  readonly path?: string
  readonly readyPath?: string
  readonly workers?: number
  /** False where it takes one row a request and no lists. */
  readonly lists?: false
  /** Its own wording of rows, where it is not our JSON. */
  readonly toBody?: (rows: readonly Row[]) => string
}

export type Row = Readonly<Record<string, string | number>>

const here = import.meta.dirname
const peers = join(here, 'peers')

/** Ours, with all features on: access log at `info`, metrics, coalescing, admission. `settings` are environment variables. */
export function launchOurs(settings: Readonly<Record<string, string>> = {}): (port: number) => Launch {
  return port => ({
    command: process.execPath,
    args: ['--single-threaded-gc', '--min-semi-space-size=16', join(root, 'runtimes/container/main.ts')],
    env: {
      HOST: '127.0.0.1',
      PORT: String(port),
      LOG_LEVEL: 'info',
      DRAIN_SECONDS: '0',
      MODEL_REPOSITORY: join(root, 'models'),
      ...settings,
    },
  })
}

function launchEcho(file: string): (port: number) => Launch {
  return port => ({ command: process.execPath, args: [join(here, 'contestants', file)], env: { PORT: String(port) } })
}

/** A Python peer: `args` after its environment's program. */
function launchPeer(peer: string, program: string, args: (port: number) => string[], env: Record<string, string> = {}) {
  return (port: number): Launch => ({
    command: join(pythonOf(peer), 'bin', program),
    args: args(port),
    env: { PORT: String(port), PYTHONPATH: peers, PYTHONDONTWRITEBYTECODE: '1', ...env },
    cwd: peers,
  })
}

export const contestants: readonly Contestant[] = [
  { name: 'node', title: 'bare node:http, echo unparsed', launch: launchEcho('node-echo.ts') },
  { name: 'hono', title: 'bare Hono, parses and echoes', launch: launchEcho('hono-echo.ts') },
  { name: 'ours', title: 'Streaming at Scale, 1 worker', launch: launchOurs() },
  { name: 'ours-2', title: 'Streaming at Scale, 2 workers', launch: launchOurs({ WORKERS: '2' }), workers: 2 },
  {
    name: 'original',
    title: 'the original stack: Flask, gunicorn 1 worker, scikit-learn',
    peer: 'flask',
    launch: launchPeer(
      'flask',
      'gunicorn',
      port => ['--bind', `127.0.0.1:${port}`, '--workers', '1', '--log-level', 'warning', 'flask_server:app'],
      {
        MODEL: join(pythonOf('flask'), 'model.pickle'),
      },
    ),
    lists: false,
  },
  {
    name: 'fastapi',
    title: 'FastAPI, pydantic, onnxruntime, 1 uvicorn worker',
    peer: 'fastapi',
    launch: launchPeer('fastapi', 'uvicorn', port => [
      'fastapi_server:app',
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--loop',
      'uvloop',
      '--http',
      'httptools',
      '--no-access-log',
      '--log-level',
      'warning',
    ]),
  },
  {
    name: 'mlserver',
    title: 'MLServer, its V2 protocol, onnxruntime in its main process',
    peer: 'mlserver',
    launch: launchPeer('mlserver', 'python', port => ['mlserver_server.py', String(port)]),
    path: '/v2/models/churn/infer',
    readyPath: '/v2/health/ready',
    toBody: toV2,
  },
  {
    name: 'mlserver-custom',
    title: 'MLServer, a custom route past its protocol',
    peer: 'mlserver',
    launch: launchPeer('mlserver', 'python', port => ['mlserver_server.py', String(port)]),
    readyPath: '/v2/health/ready',
  },
  {
    name: 'bentoml',
    title: 'BentoML, onnxruntime, 1 worker',
    peer: 'bentoml',
    launch: launchPeer(
      'bentoml',
      'bentoml',
      port => ['serve', 'bentoml_server:Churn', '--host', '127.0.0.1', '--port', String(port)],
      {
        BENTOML_DO_NOT_TRACK: 'true',
        BENTOML_HOME: join(pythonOf('bentoml'), 'home'),
      },
    ),
    readyPath: '/readyz',
  },
  {
    name: 'litserve',
    title: 'LitServe, onnxruntime, 1 worker',
    peer: 'litserve',
    launch: launchPeer('litserve', 'python', port => ['litserve_server.py', String(port)]),
  },
]

/** Ours with one worker and with two, over a repository whose model takes this row. */
export function slowContestants(repository: string, row: Row): readonly Contestant[] {
  return [1, 2].map(workers => ({
    name: `slow-${workers}`,
    title: `Streaming at Scale, ${workers === 1 ? '1 worker' : `${workers} workers`}`,
    launch: launchOurs({ MODEL_REPOSITORY: repository, ...(workers > 1 && { WORKERS: String(workers) }) }),
    workers,
    toBody: () => JSON.stringify(row),
  }))
}

/** Rows as named columns of the Open Inference Protocol. */
function toV2(rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {})
  return JSON.stringify({
    inputs: names.map(name => {
      const data = rows.map(row => row[name])
      const datatype = typeof data[0] === 'string' ? 'BYTES' : 'FP64'
      return { name, shape: [rows.length, 1], datatype, data }
    }),
  })
}
