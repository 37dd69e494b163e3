import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../support/free-port.ts'
import type { Environment } from '../support/host.ts'
import { follow, run, runOrThrow } from '../support/run.ts'
import {
  type Engine,
  type ImageConfiguration,
  listFiles,
  parseSizes,
  type RunningCaller,
  toImageConfiguration,
  toTarget,
} from './engine.ts'
import { ensureStandIn } from './stand-in.ts'

const storage = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'scaling-mlops-image-test')
const enterImage = fileURLToPath(new URL('enter-image.sh', import.meta.url))

/** Buildah with a store of its own, since what stands in for an official image must meet nobody else. */
function buildah(...args: readonly string[]): Promise<string> {
  const store = ['--root', join(storage, 'images'), '--runroot', join(storage, 'run'), '--storage-driver', 'vfs']
  return runOrThrow('env', 'BUILDAH_ISOLATION=chroot', 'buildah', ...store, ...args)
}

export async function canUseBuildah(): Promise<boolean> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  const found = await Promise.all(['buildah', 'debootstrap', 'unshare'].map(program => run(program, ['--version'])))
  return found.every(({ code }) => code === 0)
}

/** Builds with buildah and runs by unshare and chroot: for a Debian machine without an engine, as root. */
export function buildahEngine(): Engine {
  // every layer is a whole copy in this store, so an image is mounted once for all its runs: they cannot write to it
  const mounts = new Map<string, Promise<Mount>>()
  const mounted = (tag: string): Promise<Mount> => {
    const mount = mounts.get(tag) ?? mountImage(tag)
    mounts.set(tag, mount)
    return mount
  }

  const launch = async (tag: string, environment: Environment, user?: string): Promise<RunningCaller> => {
    const image = await inspect(tag)
    const { root } = await mounted(tag)
    const variables = Object.entries(environment).map(([key, value]) => `${key}=${value}`)
    const place = [root, user ?? image.user, image.folder]
    const words = [enterImage, ...place, ...image.environment, ...variables, ...image.command]
    const unshare = spawn('unshare', ['--mount', '--pid', '--fork', '--kill-child', ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const { output, ended } = follow(unshare)
    const first = await onlyChild(Number(unshare.pid))
    return {
      output,
      exec: (...words) => run('nsenter', ['--target', first, '--mount', '--pid', '--root', '--', ...words]),
      async stop(signal = 'SIGTERM') {
        if (unshare.exitCode === null) process.kill(Number(first), signal)
        return ended
      },
    }
  }

  return {
    name: 'buildah',

    async build(folder, tag, target) {
      await ensureStandIn(buildah)
      await buildah('build', '--pull-never', '--network', 'host', '--tag', tag, ...toTarget(target), folder)
    },

    inspect,

    async files(tag) {
      return parseSizes(await runOrThrow('find', (await mounted(tag)).root, ...listFiles('/%P')))
    },

    async start(tag, environment) {
      const port = await freePort()
      return { url: `http://127.0.0.1:${port}`, ...(await launch(tag, { ...environment, PORT: String(port) })) }
    },

    startCaller: launch,

    async remove(tag) {
      for (const mount of mounts.values()) await (await mount).release()
      mounts.clear()
      await buildah('rmi', '--force', tag).catch(() => {})
    },
  }
}

async function inspect(tag: string): Promise<ImageConfiguration> {
  return toImageConfiguration(JSON.parse(await buildah('inspect', '--type', 'image', tag)).OCIv1.config)
}

type Mount = { readonly root: string; release(): Promise<void> }

async function mountImage(tag: string): Promise<Mount> {
  const container = await buildah('from', '--pull-never', tag)
  const root = await buildah('mount', container)
  return {
    root,
    async release() {
      await buildah('umount', container)
      await buildah('rm', container)
    },
  }
}

/** The process that `unshare` started: the first one of the new namespace, by its number out here. */
async function onlyChild(parent: number): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const children = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8')
    if (children.trim() !== '') return children.trim()
    await setTimeout(20)
  }
  throw new Error('unshare started nothing')
}
