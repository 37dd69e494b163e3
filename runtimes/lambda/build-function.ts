import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleProgram } from '../bundle/bundle-program.ts'
import { copyModels } from '../bundle/copy-models.ts'
import type { Platform } from '../bundle/native-modules.ts'
import { CONFIGURATION_FILE } from '../configuration/read-file.ts'

/** Writes the function as Lambda unpacks it: the program, what cannot be bundled, and the models or where they are. */
export async function buildFunction(folder: string, platform: Platform, models: string): Promise<void> {
  const entry = fileURLToPath(new URL('main.ts', import.meta.url))
  await bundleProgram({ entry, folder, platform, threads: false })
  if (!models.startsWith('s3://')) return copyModels(models, join(folder, 'models'))
  await writeFile(
    join(folder, CONFIGURATION_FILE),
    `${JSON.stringify({ modelRepository: models })}
`,
  )
}
