import { run } from '../support/run.ts'
import { buildahEngine, canUseBuildah } from './buildah-engine.ts'
import { dockerEngine } from './docker-engine.ts'
import type { Engine } from './engine.ts'

/** The first means of this machine that works; undefined where there is none. */
export async function findEngine(): Promise<Engine | undefined> {
  // that a command exists says nothing: only a running engine answers this
  for (const program of ['docker', 'podman'])
    if ((await run(program, ['info'])).code === 0) return dockerEngine(program)
  return (await canUseBuildah()) ? buildahEngine() : undefined
}
