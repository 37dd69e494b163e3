import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { copyOnnxRuntime, copyPiscina, type Platform } from './native-modules.ts'

/** The scripts that worker threads start with: files of their own beside the program. */
const threadScripts = {
  'streams-thread': fileURLToPath(new URL('../streams/streams-thread.ts', import.meta.url)),
}
/** Those of threads that score, which need a package of their own. */
const scoringScripts = {
  'model-thread': fileURLToPath(new URL('../../adapters/onnx/model-thread.ts', import.meta.url)),
  'block-thread': fileURLToPath(new URL('../files/block-thread.ts', import.meta.url)),
}

export type BundleOptions = {
  /** The TypeScript file that the program starts with. */
  readonly entry: string
  /** What the program is bundled into, replaced in whole. */
  readonly folder: string
  readonly platform: Platform
  /** Whether models and blocks of files can run in threads beside the event loop, which takes scripts and a package of their own. */
  readonly threads?: boolean
}

/**
 * Writes `folder` so that `node folder/main.js` runs from it alone: its scripts, and beside them what cannot be bundled: ONNX Runtime
 * for one platform, and piscina, which starts threads from files of its own.
 */
export async function bundleProgram({ entry, folder, platform, threads = true }: BundleOptions): Promise<void> {
  const partial = `${folder}.partial`
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true })
  await writeFile(join(partial, 'package.json'), '{ "type": "module" }\n')
  await build({
    entryPoints: { main: entry, ...threadScripts, ...(threads ? scoringScripts : {}) },
    outdir: partial,
    // paths in comments are the same in every checkout
    absWorkingDir: fileURLToPath(new URL('../..', import.meta.url)),
    // what is imported late, the AWS SDK above all, is read late
    splitting: true,
    chunkNames: 'part-[hash]',
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // V8 has less to read at a start; names and lines stay, for stack traces
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 120,
    mainFields: ['module', 'main'],
    external: ['onnxruntime-node', 'piscina'],
    // CommonJS packages inside the bundle ask for Node's modules by require
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'\nconst require = requireFrom(import.meta.url)",
    },
    logLevel: 'warning',
  })
  await copyOnnxRuntime(join(partial, 'node_modules'), platform)
  if (threads) await copyPiscina(join(partial, 'node_modules'))
  await rm(folder, { recursive: true, force: true })
  await rename(partial, folder)
}
