import { type Bundle, CoreError, type ModelRepository } from '@scaling-mlops/core'

/** Bundles by model name and version, as they are in the object at the time. */
export function createMemoryRepository(
  bundles: Readonly<Record<string, Readonly<Record<number, Omit<Bundle, 'name' | 'version'>>>>>,
  aliases: Readonly<Record<string, Readonly<Record<string, number>>>> = {},
): ModelRepository {
  return {
    async list() {
      return Object.entries(bundles)
        .map(([name, versions]) => ({
          name,
          versions: Object.keys(versions)
            .map(Number)
            .sort((a, b) => a - b),
          ...(aliases[name] === undefined ? {} : { aliases: aliases[name] }),
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
    },
    async read(name, version) {
      const bundle = bundles[name]?.[version]
      if (bundle === undefined)
        throw new CoreError('model_unavailable', `there is no bundle ${name}/${version} in memory`)
      return { ...bundle, name, version }
    },
  }
}
