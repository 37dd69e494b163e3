import { copyFile, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runOrThrow } from '../support/run.ts'

export const BASE = 'docker.io/library/node:24-bookworm-slim'

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt'
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const fromProject = createRequire(new URL('../../package.json', import.meta.url))

type Buildah = (...args: readonly string[]) => Promise<string>

/**
 * Makes what stands in for the official image where no registry of images is reached: a minimal Debian 12 with npm's own build of
 * the project's Node, npm, and the user `node` with the id 1000. It is kept until the project's Node changes.
 */
export async function ensureStandIn(buildah: Buildah): Promise<void> {
  const nodePackage = `node-linux-${process.arch}`
  const { version } = fromProject(`${nodePackage}/package.json`)
  const kept = await buildah('inspect', '--type', 'image', BASE).catch(() => '')
  if (kept.includes(`NODE_VERSION=${version}`)) return

  const work = await mkdtemp(join(tmpdir(), 'stand-in-'))
  try {
    const root = join(work, 'root')
    await runOrThrow('debootstrap', '--variant=minbase', '--include=ca-certificates', 'bookworm', root)
    // whom this machine trusts on its way to the package registry, its image trusts
    await copyFile(CERTIFICATES, join(root, CERTIFICATES))
    await runOrThrow('chroot', root, 'useradd', '--uid', '1000', '--create-home', '--shell', '/bin/bash', 'node')
    await copyFile(fromProject.resolve(`${nodePackage}/bin/node`), join(root, 'usr/local/bin/node'))
    await installNpm(work, join(root, 'usr/local'))
    await commit(buildah, root, version)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function installNpm(work: string, prefix: string): Promise<void> {
  const { packageManager } = fromProject('./package.json')
  const folder = join(prefix, 'lib/node_modules/npm')
  const archive = await runOrThrow('npm', 'pack', packageManager, '--silent', '--pack-destination', work)
  await mkdir(folder, { recursive: true })
  await runOrThrow('tar', '-xzf', join(work, archive), '-C', folder, '--strip-components=1')
  for (const name of ['npm', 'npx'])
    await symlink(`../lib/node_modules/npm/bin/${name}-cli.js`, join(prefix, 'bin', name))
}

async function commit(buildah: Buildah, root: string, version: string): Promise<void> {
  const container = await buildah('from', 'scratch')
  try {
    await buildah('copy', '--quiet', container, root, '/')
    const environment = [`PATH=${PATH}`, `NODE_VERSION=${version}`, `NODE_EXTRA_CA_CERTS=${CERTIFICATES}`]
    await buildah('config', '--cmd', 'node', ...environment.flatMap(entry => ['--env', entry]), container)
    await buildah('commit', '--quiet', container, BASE)
  } finally {
    await buildah('rm', container)
  }
}
