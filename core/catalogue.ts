import { CoreError } from './errors.ts'
import { nearest } from './nearest.ts'
import { createOpenVersions, type VersionState } from './open-versions.ts'
import type { Log } from './ports/log.ts'
import type { Bundle, ModelEntry, ModelRepository } from './ports/model-repository.ts'
import type { Timer } from './ports/timer.ts'
import { createPatience } from './reload-patience.ts'
import type { Servable } from './servable.ts'

/** The models on offer, by name and version. */
export type Catalogue = {
  /** Every model with its versions and the one that serves. */
  list(): readonly CatalogueEntry[]
  /** Every version of every model, and why it does not answer where it does not. */
  index(): readonly IndexEntry[]
  /** The version asked for by number or alias (`churn@champion`), else the one that serves; opened and checked before its first answer. Rejects with `unknown_model`, `unknown_version` or what is wrong with the bundle. */
  find(name: string, version?: string): Promise<Servable>
  /** `DEFAULT_MODEL`, else the only model; rejects with `no_default_model` and the choice there is. */
  findDefault(): Promise<Servable>
  /** Looks into the repository for this model and lets its newest version (or the pinned one) serve, read anew and checked. Rejects where it is bad; what served goes on serving. */
  load(name: string): Promise<void>
  /** Puts all versions of a model away, each when its last call has ended, until `load` brings it back. */
  unload(name: string): Promise<void>
  /** Looks into the repository for whatever is new or gone, and takes it over. Never rejects: what is bad is told in the log and the index. */
  refresh(): Promise<void>
  /** Opens what must answer from the start: all models of a small repository, else the default and the pinned ones. Where the newest version is bad the one before it serves; rejects at the first model that has none. */
  open(): Promise<void>
  close(): Promise<void>
}

export type CatalogueEntry = ModelEntry & { readonly serving: number }

export type IndexEntry = { readonly name: string; readonly version: number } & VersionState

export type CatalogueOptions = {
  readonly repository: ModelRepository
  readonly openServable: (bundle: Bundle) => Promise<Servable>
  readonly log: Log
  /** Waits for late calls before a model is freed; without it a model is freed with its last call. */
  readonly timer?: Timer
  readonly defaultModel?: string | undefined
  /** Versions that serve in place of the highest, by model name. */
  readonly pinned?: Readonly<Record<string, number>>
}

/** More models than this open on their first request, so that a repository of a thousand starts at once. */
const OPEN_ALL_UP_TO = 20

/** Lists the repository and opens its models as they are needed, each exactly once. Rejects where a pinned or default model does not exist. */
export async function createCatalogue({
  repository,
  openServable,
  log,
  timer,
  defaultModel,
  pinned = {},
}: CatalogueOptions): Promise<Catalogue> {
  const wanted = (entry: ModelEntry): number => pinned[entry.name] ?? (entry.versions.at(-1) as number)
  const listed = async (): Promise<Map<string, CatalogueEntry>> =>
    new Map((await repository.list()).map(entry => [entry.name, { ...entry, serving: wanted(entry) }]))

  const entries = await listed()
  const versions = createOpenVersions({ repository, openServable, log, timer })
  const unloaded = new Set<string>()
  const patience = createPatience()

  const entryOf = (name: string): CatalogueEntry => entries.get(name) ?? unknownModel(name, [...entries.keys()])
  const defaultName = (): string | undefined =>
    defaultModel ?? (entries.size === 1 ? [...entries.keys()][0] : undefined)
  for (const [name, version] of Object.entries(pinned)) versionOf(entryOf(name), String(version))
  if (defaultModel !== undefined) entryOf(defaultModel)

  const find: Catalogue['find'] = async (given, version) => {
    const { name, alias } = splitAlias(given, entries)
    const entry = entryOf(name)
    if (unloaded.has(name))
      throw new CoreError('model_unavailable', `model ${name} is unloaded; load it to use it again`)
    if (version !== undefined) return versions.get(name, versionOf(entry, version))
    return versions.get(name, alias === undefined ? entry.serving : aliasOf(entry, alias))
  }

  // one change at a time: two loads of a model would put each other's work away
  let lastChange: Promise<unknown> = Promise.resolve()
  let waitingLook: Promise<void> | undefined
  const inTurn = <T>(change: () => Promise<T>): Promise<T> => {
    const turn = lastChange.then(change)
    lastChange = turn.catch(() => {})
    return turn
  }

  /** Takes over what the repository now says of a model, and puts away the versions that had a name before and have none now. */
  const take = (entry: CatalogueEntry): void => {
    const before = entries.get(entry.name)
    entries.set(entry.name, entry)
    const named = namedVersions(entry)
    for (const version of before === undefined ? [] : namedVersions(before))
      if (!named.has(version)) versions.retire(entry.name, version)
  }

  const remove = ({ name, versions: all }: ModelEntry): void => {
    for (const version of all) versions.retire(name, version)
  }

  const welcome = async (entry: CatalogueEntry): Promise<void> => {
    take(entry)
    log.info('model found', { model: entry.name, versions: entry.versions })
    if (entries.size <= OPEN_ALL_UP_TO)
      await openNewestGood(entry.name).catch(error => refuse(entry.name, entry.serving, error))
  }

  /** Opens what a changed entry newly serves before anyone is sent there. Where that is bad, what served goes on serving. */
  const follow = async (entry: CatalogueEntry): Promise<void> => {
    const before = entries.get(entry.name)
    if (before === undefined) return welcome(entry)
    if (unloaded.has(entry.name) || entry.serving === before.serving) return take(entry)
    const at = `${entry.name}/${entry.serving}`
    // the version that serves may be gone from the repository: it stays in memory until another takes over
    const waiting = { ...entry, serving: before.serving }
    if (!patience.isOver(at)) return take(waiting)
    try {
      await versions.get(entry.name, entry.serving)
      take(entry)
    } catch (error) {
      take(waiting)
      patience.lose(at)
      log.error('new version refused, the old one goes on serving', {
        model: entry.name,
        version: entry.serving,
        serving: before.serving,
        reason: (error as Error).message,
      })
    }
  }

  return {
    list: () => [...entries.values()],
    index: () =>
      [...entries.values()].flatMap(({ name, versions: all }) =>
        all.map(version => ({
          name,
          version,
          ...(unloaded.has(name)
            ? { state: 'UNAVAILABLE' as const, reason: 'unloaded' }
            : versions.stateOf(name, version)),
        })),
      ),
    find,
    async findDefault() {
      const name = defaultName()
      if (name === undefined)
        throw new CoreError(
          'no_default_model',
          `several models are served; name one of ${[...entries.keys()].join(', ')} in the path or set DEFAULT_MODEL`,
        )
      return find(name)
    },
    load: name =>
      inTurn(async () => {
        const entry = (await listed()).get(name) ?? unknownModel(name, [...entries.keys()])
        const { serving } = entry
        versionOf(entry, String(serving))
        try {
          await versions.reload(name, serving)
        } catch (error) {
          // its reason belongs into the index, where the version must be for that
          if (entries.has(name)) take({ ...entry, serving: entryOf(name).serving })
          throw error
        }
        unloaded.delete(name)
        take(entry)
      }),
    unload: name =>
      inTurn(async () => {
        const entry = entryOf(name)
        unloaded.add(name)
        remove(entry)
        log.info('model unloaded', { model: name })
      }),
    refresh: () => {
      // who asks while a look is still waiting for its turn gets that one
      waitingLook ??= inTurn(async () => {
        waitingLook = undefined
        patience.next()
        try {
          const now = await listed()
          for (const entry of now.values()) await follow(entry)
          for (const entry of [...entries.values()]) {
            if (now.has(entry.name)) continue
            entries.delete(entry.name)
            remove(entry)
            log.info('model gone from the repository', { model: entry.name })
          }
        } catch (error) {
          log.error('the repository cannot be read, its models go on serving', { reason: (error as Error).message })
        }
      })
      return waitingLook
    },
    async open() {
      const name = defaultName()
      const names =
        entries.size <= OPEN_ALL_UP_TO
          ? [...entries.keys()]
          : new Set([...(name === undefined ? [] : [name]), ...Object.keys(pinned)])
      for (const name of names) await openNewestGood(name)
    },
    async close() {
      await lastChange
      await versions.close()
    },
  }

  /** A machine that starts while the newest version is bad must serve what the others serve. */
  async function openNewestGood(name: string): Promise<void> {
    const entry = entryOf(name)
    const candidates =
      pinned[name] === undefined
        ? entry.versions.filter(version => version <= entry.serving).reverse()
        : [entry.serving]
    const refusals: [version: number, error: unknown][] = []
    for (const version of candidates)
      try {
        await versions.get(name, version)
        for (const [version, error] of refusals) refuse(name, version, error)
        entries.set(name, { ...entry, serving: version })
        return
      } catch (error) {
        refusals.push([version, error])
      }
    throw refusals[0]?.[1]
  }

  function refuse(model: string, version: number, error: unknown): void {
    log.error('model version refused', { model, version, reason: (error as Error).message })
  }
}

/** `churn@champion` → churn, champion; a model whose own name has an @ is meant as it is. */
function splitAlias(given: string, names: ReadonlyMap<string, unknown>): { name: string; alias: string | undefined } {
  const at = given.lastIndexOf('@')
  if (at < 1 || names.has(given)) return { name: given, alias: undefined }
  return { name: given.slice(0, at), alias: given.slice(at + 1) }
}

function namedVersions({ serving, aliases = {} }: CatalogueEntry): ReadonlySet<number> {
  return new Set([serving, ...Object.values(aliases)])
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

function aliasOf(entry: ModelEntry, alias: string): number {
  const { name, aliases = {} } = entry
  if (!Object.hasOwn(aliases, alias)) {
    const known = Object.keys(aliases).join(', ') || 'none'
    throw new CoreError(
      'unknown_version',
      `model ${name} has no alias "${alias.slice(0, 60)}"; its aliases are ${known}`,
    )
  }
  return versionOf(entry, String(aliases[alias]))
}
