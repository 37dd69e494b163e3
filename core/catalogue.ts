import { CoreError } from './errors.ts'
import { nearest } from './nearest.ts'
import type { Log } from './ports/log.ts'
import type { Bundle, ModelEntry, ModelRepository } from './ports/model-repository.ts'
import type { Servable } from './servable.ts'

/** The models on offer, by name and version. */
export type Catalogue = {
  /** Every model with its versions and the one that serves. */
  list(): readonly CatalogueEntry[]
  /** The version asked for, else the one that serves; opened and checked before its first answer. Rejects with `unknown_model`, `unknown_version` or what is wrong with the bundle. */
  find(name: string, version?: string): Promise<Servable>
  /** `DEFAULT_MODEL`, else the only model; rejects with `no_default_model` and the choice there is. */
  findDefault(): Promise<Servable>
  /** Opens what must answer from the start: all models of a small repository, else the default and the pinned ones. Rejects at the first that does not. */
  open(): Promise<void>
  close(): Promise<void>
}

export type CatalogueEntry = ModelEntry & { readonly serving: number }

export type CatalogueOptions = {
  readonly repository: ModelRepository
  readonly openServable: (bundle: Bundle) => Promise<Servable>
  readonly log: Log
  readonly defaultModel?: string | undefined
  /** Versions that serve in place of the highest, by model name. */
  readonly pinned?: Readonly<Record<string, number>>
}

/** More models than this open on their first request, so that a repository of a thousand starts at once. */
const OPEN_ALL_UP_TO = 20

/** Lists the repository once and opens its models as they are needed, each exactly once. Rejects where a pinned or default model does not exist. */
export async function createCatalogue({
  repository,
  openServable,
  log,
  defaultModel,
  pinned = {},
}: CatalogueOptions): Promise<Catalogue> {
  const entries = new Map(
    (await repository.list()).map(entry => [
      entry.name,
      { ...entry, serving: pinned[entry.name] ?? (entry.versions.at(-1) as number) },
    ]),
  )
  const opened = new Map<string, Promise<Servable>>()

  const entryOf = (name: string): CatalogueEntry => entries.get(name) ?? unknownModel(name, [...entries.keys()])
  for (const [name, version] of Object.entries(pinned)) versionOf(entryOf(name), String(version))
  if (defaultModel !== undefined) entryOf(defaultModel)
  const defaultName = defaultModel ?? (entries.size === 1 ? [...entries.keys()][0] : undefined)

  const openVersion = async (name: string, version: number): Promise<Servable> => {
    const servable = await repository
      .read(name, version)
      .then(openServable)
      .catch(error => {
        throw error instanceof CoreError
          ? new CoreError(error.code, `model ${name}, version ${version}: ${error.message}`, { cause: error })
          : error
      })
    log.info('model ready', { model: name, version })
    return servable
  }

  // the promise is shared, so that two first requests open a model once; a failure is forgotten, so that a mended file is tried again
  const get = (name: string, version: number): Promise<Servable> => {
    const key = `${name}/${version}`
    let servable = opened.get(key)
    if (servable === undefined) {
      servable = openVersion(name, version)
      opened.set(key, servable)
      servable.catch(() => opened.delete(key))
    }
    return servable
  }

  const find: Catalogue['find'] = async (name, version) => {
    const entry = entryOf(name)
    return get(name, version === undefined ? entry.serving : versionOf(entry, version))
  }

  return {
    list: () => [...entries.values()],
    find,
    async findDefault() {
      if (defaultName === undefined)
        throw new CoreError(
          'no_default_model',
          `several models are served; name one of ${[...entries.keys()].join(', ')} in the path or set DEFAULT_MODEL`,
        )
      return find(defaultName)
    },
    async open() {
      const names =
        entries.size <= OPEN_ALL_UP_TO
          ? [...entries.keys()]
          : new Set([...(defaultName === undefined ? [] : [defaultName]), ...Object.keys(pinned)])
      for (const name of names) await find(name)
    },
    async close() {
      const servables = await Promise.allSettled(opened.values())
      await Promise.all(servables.map(result => (result.status === 'fulfilled' ? result.value.close() : undefined)))
    },
  }
}

function unknownModel(name: string, names: readonly string[]): never {
  const near = nearest(name, names)
  const choice =
    near === undefined ? `the models are ${names.slice(0, 20).join(', ') || 'none'}` : `did you mean "${near}"?`
  throw new CoreError('unknown_model', `Request for unknown model: "${name.slice(0, 60)}" is not found; ${choice}`)
}

function versionOf({ name, versions }: ModelEntry, version: string): number {
  const found = versions.find(known => String(known) === version)
  if (found === undefined)
    throw new CoreError(
      'unknown_version',
      `model ${name} has no version "${version.slice(0, 60)}"; its versions are ${versions.join(', ')}`,
    )
  return found
}
