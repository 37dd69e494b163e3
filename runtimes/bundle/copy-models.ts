import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { openFolderRepository } from '@scaling-mlops/adapters/files'
import { ConfigurationError } from '../configuration/read-configuration.ts'

/** Copies every version of every model, and nothing that they were trained on. Rejects where there is none. */
export async function copyModels(from: string, to: string): Promise<void> {
  const models = await openFolderRepository(from).list()
  if (models.length === 0)
    throw new ConfigurationError([
      `there is no model in "${from}"; name a folder like models, with models/NAME/1 in it`,
    ])
  for (const { name, versions } of models)
    for (const version of versions) {
      const folder = join(name, String(version))
      await cp(join(from, folder), join(to, folder), { recursive: true })
    }
}
