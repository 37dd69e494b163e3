import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { copyOnnxRuntime, type Platform } from './onnx-runtime.ts'

export type BundleOptions = {
  /** The TypeScript file that the program starts with. */
  readonly entry: string
  /** What the program is bundled into, replaced in whole. */
  readonly folder: string
  readonly platform: Platform
}

/** Writes `folder` so that `node folder/main.js` runs from it alone: one script, and ONNX Runtime for one platform. */
export async function bundleProgram({ entry, folder, platform }: BundleOptions): Promise<void> {
  const partial = `${folder}.partial`
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true })
  await writeFile(join(partial, 'package.json'), '{ "type": "module" }\n')
  await build({
    entryPoints: [entry],
    outfile: join(partial, 'main.js'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // not minified: it starts no faster (180 ms both ways, 1.6 against 0.8 MB), and stack traces keep their names
    mainFields: ['module', 'main'],
    external: ['onnxruntime-node'],
    // CommonJS packages inside the bundle ask for Node's modules by require
    banner: { js: "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)" },
    logLevel: 'warning',
  })
  await copyOnnxRuntime(join(partial, 'node_modules'), platform)
  await rm(folder, { recursive: true, force: true })
  await rename(partial, folder)
}
