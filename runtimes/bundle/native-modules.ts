import { cp } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { build } from 'esbuild'

/** What bundles are made for: an operating system and a processor, as ONNX Runtime's package names its folders. */
export const platforms = ['linux/x64', 'linux/arm64'] as const
export type Platform = (typeof platforms)[number]

/**
 * Copies ONNX Runtime into a folder of modules for one platform: of 290 MB those 46 that run there. The shared library stays
 * beside the binding, which looks for it in its own folder; the scripts of both its packages become one, which loads sooner.
 */
export async function copyOnnxRuntime(modules: string, platform: Platform): Promise<void> {
  const fromAdapters = createRequire(new URL('../../adapters/package.json', import.meta.url))
  const manifest = fromAdapters.resolve('onnxruntime-node/package.json')
  const folder = join(modules, 'onnxruntime-node')
  const libraries = join('bin', 'napi-v6', ...platform.split('/'))

  await cp(manifest, join(folder, 'package.json'))
  await cp(join(dirname(manifest), libraries), join(folder, libraries), { recursive: true })
  await build({
    entryPoints: [fromAdapters.resolve('onnxruntime-node')],
    outfile: join(folder, 'dist', 'index.js'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    external: ['*.node'],
    minifyWhitespace: true,
    logLevel: 'warning',
  })
}

/** Copies piscina, which has no dependencies that it needs. */
export async function copyPiscina(modules: string): Promise<void> {
  const entry = createRequire(new URL('../../adapters/package.json', import.meta.url)).resolve('piscina')
  await copyScripts(dirname(dirname(entry)), join(modules, 'piscina'), 'dist')
}

/** A package's manifest and one folder of it, without type declarations and source maps. */
async function copyScripts(from: string, to: string, folder: string): Promise<void> {
  await cp(join(from, 'package.json'), join(to, 'package.json'))
  await cp(join(from, folder), join(to, folder), {
    recursive: true,
    filter: path => ['', '.js', '.mjs', '.json'].includes(extname(path)),
  })
}
