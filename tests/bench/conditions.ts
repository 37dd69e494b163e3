import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import type { Contestant } from './contestants.ts'
import { pinnedVersion } from './peers/install.ts'
import { canPin, clientCore, cores } from './pinning.ts'
import { root } from './server-process.ts'

/** How a benchmark was measured, a line each. Called before it begins: the machine should be quiet then. */
export function describeConditions(
  rounds: number,
  seconds: number,
  clientName: string,
  present: readonly Contestant[],
): string[] {
  const load = loadavg()[0] ?? 0
  const client = clientName === 'wrk' ? 'wrk, one thread' : 'our own load generator'
  const pinned = canPin
    ? `servers are held to the first core, a core a worker, and the client to the last (taskset ${clientCore})${cores < 3 ? '; two workers share both cores with the client' : ''}`
    : 'nothing was pinned'
  return [
    `Medians of ${rounds} rounds of ${seconds} s, contestants in turn, a target being the median of each round’s own ratio; before each measurement the same load for up to 2 s.`,
    `Client: ${client}, closed loop, kept-alive connections; ${pinned}.`,
    `Load average before the start: ${load.toFixed(1)}${load > 0.5 ? '. **The machine was not quiet**: trust the CPU time of a request more than its rate' : ''}.`,
    'Ours runs with its access log, metrics, coalescing and admission on; the Python peers run without an access log.',
    `Versions: ${versionsOf(present).join(', ')}.`,
  ]
}

export function isInstalled(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  flask: ['Flask', 'gunicorn', 'scikit-learn'],
  fastapi: ['fastapi', 'uvicorn', 'pydantic', 'onnxruntime'],
  mlserver: ['mlserver'],
  bentoml: ['bentoml'],
  litserve: ['litserve'],
}

function versionsOf(present: readonly Contestant[]): string[] {
  const manifest = readFileSync(join(root, 'adapters/package.json'), 'utf8')
  const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> }
  const peers = new Set(present.flatMap(({ peer }) => (peer === undefined ? [] : [peer])))
  return [
    ...['hono', '@hono/node-server', 'onnxruntime-node'].map(name => `${name} ${dependencies[name]}`),
    ...[...peers].flatMap(peer => (PACKAGES[peer] ?? []).map(name => `${name} ${pinnedVersion(peer, name)}`)),
  ]
}
