import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Bundle, CoreError, type ModelEntry, type ModelRepository } from '@scaling-mlops/core'

/** Serves bundles from `<folder>/<model>/<version>/`; other files and folders are passed over. */
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
      const manifest = parseJson('manifest.json', await readBytes(path, 'manifest.json'))
      const hashes = ((manifest as { files?: Record<string, unknown> } | null)?.files ?? {}) as Record<string, unknown>
      const [graph, golden] = await Promise.all(
        ['model.onnx', 'golden.json'].map(async file => {
          const bytes = await readBytes(path, file)
          const hash = createHash('sha256').update(bytes).digest('hex')
          if (hashes[file] !== hash)
            throw new CoreError(
              'model_unavailable',
              `${file} is not the file the manifest was written with: SHA-256 ${hash}, expected ${String(hashes[file])}`,
            )
          return bytes
        }),
      )
      const [report, reference, card] = await Promise.all(
        ['report.json', 'reference.json', 'README.md'].map(file => readIfThere(join(path, file))),
      )
      return {
        name,
        version,
        manifest,
        golden: parseJson('golden.json', golden as Buffer),
        graph: graph as Buffer,
        report,
        reference,
        card,
      }
    },
  }
}

async function entryOf(folder: string, name: string): Promise<ModelEntry> {
  const versions = (await subfolders(join(folder, name))).filter(version => /^[1-9]\d{0,8}$/.test(version)).map(Number)
  return { name, versions: versions.sort((a, b) => a - b) }
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
  return readFile(path, 'utf8').catch(() => undefined)
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
