import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Bundle, CoreError, type ModelEntry, type ModelRepository } from '@scaling-mlops/core'
import { readTritonConfig } from './triton/read-config.ts'
import { servedVersions } from './triton/version-policy.ts'

const CONFIG = 'config.pbtxt'

/**
 * Serves bundles, and bare `model.onnx`, from `<folder>/<model>/<version>/`; beside the versions `aliases.json`, and for bare graphs Triton's
 * `config.pbtxt`. Other files and folders are passed over.
 */
export function openFolderRepository(folder: string): ModelRepository {
  return {
    async list() {
      const names = await subfolders(folder).catch(cause => {
        throw new CoreError('model_unavailable', `the model repository "${folder}" cannot be read: ${reason(cause)}`, {
          cause,
        })
      })
      const entries = await Promise.all(names.map(name => entryOf(folder, name)))
      return entries.filter(({ versions }) => versions.length > 0)
    },

    async read(name, version): Promise<Bundle> {
      const path = join(folder, name, String(version))
      const [text, goldenText, report, reference, card] = await Promise.all(
        ['manifest.json', 'golden.json', 'report.json', 'reference.json', 'README.md'].map(file =>
          readIfThere(join(path, file)),
        ),
      )
      // a bundle that lost its manifest is not a bare graph: it would answer tensors where it answered rows
      if (text === undefined && goldenText === undefined) return readBare(join(folder, name), name, version)
      const graph = await readBytes(path, 'model.onnx')
      const manifest = parseJson('manifest.json', await readBytes(path, 'manifest.json'))
      const golden = await readBytes(path, 'golden.json')
      checkHashes(manifest, { 'model.onnx': graph, 'golden.json': golden })
      return { name, version, manifest, golden: parseJson('golden.json', golden), graph, report, reference, card }
    },
  }
}

/** A graph without a manifest, as `config.pbtxt` describes it where there is one. */
async function readBare(folder: string, name: string, version: number): Promise<Bundle> {
  const text = await readIfThere(join(folder, CONFIG))
  const path = join(folder, String(version))
  if (text === undefined) return { name, version, graph: await readBytes(path, 'model.onnx') }
  const { filename, configuration } = readTritonConfig(text, name, version)
  return { name, version, graph: await readBytes(path, filename), configuration }
}

function checkHashes(manifest: unknown, files: Readonly<Record<string, Buffer>>): void {
  const hashes = ((manifest as { files?: Record<string, unknown> } | null)?.files ?? {}) as Record<string, unknown>
  for (const [file, bytes] of Object.entries(files)) {
    const hash = createHash('sha256').update(bytes).digest('hex')
    if (hashes[file] !== hash)
      throw new CoreError(
        'model_unavailable',
        `${file} is not the file the manifest was written with: SHA-256 ${hash}, expected ${String(hashes[file])}`,
      )
  }
}

async function entryOf(folder: string, name: string): Promise<ModelEntry> {
  const path = join(folder, name)
  const versions = (await subfolders(path)).filter(version => /^[1-9]\d{0,8}$/.test(version)).map(Number)
  versions.sort((a, b) => a - b)
  const [aliases, config] = await Promise.all([
    readAliases(join(path, 'aliases.json')),
    readIfThere(join(path, CONFIG)),
  ])
  return {
    name,
    versions: config === undefined ? versions : servedVersions(config, versions),
    ...(aliases === undefined ? {} : { aliases }),
  }
}

/** `aliases.json` beside the versions: {"champion": 3}. */
async function readAliases(path: string): Promise<Readonly<Record<string, number>> | undefined> {
  const text = await readIfThere(path)
  if (text === undefined) return undefined
  const aliases = parseJson(path, Buffer.from(text))
  const isGood =
    typeof aliases === 'object' &&
    aliases !== null &&
    !Array.isArray(aliases) &&
    Object.values(aliases).every(version => Number.isSafeInteger(version) && Number(version) > 0)
  if (!isGood) throw new CoreError('model_unavailable', `${path} must be {"name": version}, like {"champion": 3}`)
  return aliases as Record<string, number>
}

async function subfolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort()
}

async function readBytes(path: string, file: string): Promise<Buffer> {
  return readFile(join(path, file)).catch(cause => {
    throw new CoreError('model_unavailable', `${join(path, file)} cannot be read: ${reason(cause)}`, { cause })
  })
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(error => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}

function parseJson(file: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw new CoreError('model_unavailable', `${file} is not JSON: ${(cause as Error).message}`, { cause })
  }
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const known: Record<string, string> = {
    ENOENT: 'it does not exist',
    ENOTDIR: 'it is not a folder',
    EACCES: 'permission denied',
    EISDIR: 'it is a folder',
  }
  return known[code ?? ''] ?? message
}
