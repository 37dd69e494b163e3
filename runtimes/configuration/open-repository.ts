import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFolderRepository } from '@scaling-mlops/adapters/files'
import type { ModelRepository } from '@scaling-mlops/core'

/** The models of a folder or of `s3://bucket/prefix`; what is fetched from there lies in a folder of this process, which goes with it. */
export async function openRepository(place: string): Promise<ModelRepository> {
  if (!place.startsWith('s3://')) return openFolderRepository(place)
  const { openS3Repository } = await import('@scaling-mlops/adapters/s3')
  const cache = mkdtempSync(join(tmpdir(), 'models-'))
  process.once('exit', () => rmSync(cache, { recursive: true, force: true }))
  return openS3Repository(place, { cache, local: openFolderRepository(cache) })
}
