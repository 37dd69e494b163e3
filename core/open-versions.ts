import { CoreError } from './errors.ts'
import { type HeldServable, holdServable } from './held-servable.ts'
import type { Log } from './ports/log.ts'
import type { Bundle, ModelRepository } from './ports/model-repository.ts'
import type { Timer } from './ports/timer.ts'
import type { Servable } from './servable.ts'

/** READY: answers. LOADING: is being opened for the first time. UNAVAILABLE: was refused, put away, or not asked for yet. */
export type VersionState = { readonly state: 'READY' | 'LOADING' | 'UNAVAILABLE'; readonly reason: string }

/** The versions of all models that are open, each opened once however many ask for it at the same time. */
export type OpenVersions = {
  /** The version's servable, opened where it is not. Rejects with what is wrong with it; a mended one is tried again. */
  get(name: string, version: number): Promise<Servable>
  /** Opens the version from its files anew and lets it answer in place of the one before. Rejects, and changes nothing, where it is bad. */
  reload(name: string, version: number): Promise<void>
  /** Frees the version when its last call has ended. */
  retire(name: string, version: number): void
  stateOf(name: string, version: number): VersionState
  close(): Promise<void>
}

type Dependencies = {
  readonly repository: ModelRepository
  readonly openServable: (bundle: Bundle) => Promise<Servable>
  readonly log: Log
  readonly timer?: Timer | undefined
}

const LINGER_MS = 1000

export function createOpenVersions({ repository, openServable, log, timer }: Dependencies): OpenVersions {
  const opened = new Map<string, Promise<HeldServable>>()
  const ready = new Set<string>()
  const loading = new Set<string>()
  const refused = new Map<string, string>()

  const openBundle = (name: string, version: number): Promise<Servable> =>
    repository
      .read(name, version)
      .then(bundle => {
        const { ignored = [] } = bundle.configuration ?? {}
        if (ignored.length > 0)
          log.warn('settings of the model that change nothing here', { model: name, version, ignored })
        return openServable(bundle)
      })
      .catch(error => {
        throw error instanceof CoreError
          ? new CoreError(error.code, `model ${name}, version ${version}: ${error.message}`, { cause: error })
          : error
      })

  const open = async (name: string, version: number): Promise<HeldServable> => {
    const key = keyOf(name, version)
    loading.add(key)
    try {
      const servable = await openBundle(name, version)
      refused.delete(key)
      log.info('model ready', { model: name, version })
      return holdServable(servable, {
        reopen: () => openBundle(name, version),
        linger: async () => timer?.sleep(LINGER_MS),
        onReleased: () => log.info('model released', { model: name, version }),
      })
    } catch (error) {
      refused.set(key, error instanceof Error ? error.message : String(error))
      throw error
    } finally {
      loading.delete(key)
    }
  }

  const put = (key: string, held: Promise<HeldServable>): void => {
    opened.set(key, held)
    const ifCurrent = (change: () => void) => () => {
      if (opened.get(key) === held) change()
    }
    held.then(
      ifCurrent(() => ready.add(key)),
      ifCurrent(() => opened.delete(key)),
    )
  }

  return {
    async get(name, version) {
      const key = keyOf(name, version)
      // the promise is shared, so that two first requests open a model once; a failure is forgotten, so that a mended file is tried again
      if (!opened.has(key)) put(key, open(name, version))
      return (await (opened.get(key) as Promise<HeldServable>)).servable
    },
    async reload(name, version) {
      const key = keyOf(name, version)
      const held = await open(name, version)
      const before = opened.get(key)
      put(key, Promise.resolve(held))
      before?.then(old => old.retire()).catch(() => {})
    },
    retire(name, version) {
      const key = keyOf(name, version)
      const held = opened.get(key)
      opened.delete(key)
      ready.delete(key)
      held?.then(({ retire }) => retire()).catch(() => {})
    },
    stateOf(name, version) {
      const key = keyOf(name, version)
      if (ready.has(key)) return { state: 'READY', reason: '' }
      if (loading.has(key)) return { state: 'LOADING', reason: '' }
      return { state: 'UNAVAILABLE', reason: refused.get(key) ?? 'not loaded' }
    },
    async close() {
      const all = await Promise.allSettled(opened.values())
      await Promise.all(all.map(result => (result.status === 'fulfilled' ? result.value.close() : undefined)))
    },
  }
}

function keyOf(name: string, version: number): string {
  return `${name}/${version}`
}
