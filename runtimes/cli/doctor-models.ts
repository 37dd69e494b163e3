import type { Catalogue } from '@scaling-mlops/core'
import type { Configuration } from '../configuration/settings.ts'
import type { Check } from './doctor-check.ts'
import { openCatalogue } from './open-model.ts'

/** Opens the version of each model that would serve, one after the other, as the server does before it answers. */
export async function checkModels(configuration: Configuration, check: Check): Promise<void> {
  const { modelRepository } = configuration
  let catalogue: Catalogue | undefined
  await check('MODEL_REPOSITORY', async () => {
    catalogue = await openCatalogue(configuration)
    const count = catalogue.list().length
    if (count === 0)
      throw new Error(`${modelRepository} has no model; one is a folder like NAME/1 with model.onnx in it`)
    return `${modelRepository} has ${count} ${count === 1 ? 'model' : 'models'}`
  })
  for (const { name } of catalogue?.list() ?? [])
    await check(`model ${name}`, async () => {
      const { version, rows } = await (catalogue as Catalogue).find(name)
      await catalogue?.unload(name)
      return `version ${version} ${rows === undefined ? 'opens' : 'scores its golden rows as its trainer did'}`
    })
  await catalogue?.close()
}
