import type { ModelConfiguration } from '../model-configuration.ts'

/** Where model bundles live: a folder, a bucket, memory. */
export type ModelRepository = {
  /** Every model with its versions in ascending order; names in alphabetical order. */
  list(): Promise<readonly ModelEntry[]>
  /** One version's files, their hashes checked against its manifest. Rejects with a `model_unavailable` CoreError that names the file. */
  read(name: string, version: number): Promise<Bundle>
}

export type ModelEntry = {
  readonly name: string
  readonly versions: readonly number[]
  /** Names of versions: `churn@champion` is the version that `champion` stands for. */
  readonly aliases?: Readonly<Record<string, number>>
}

/** A version as it lies in the repository: JSON documents still unchecked, the graph as bytes. */
export type Bundle = {
  readonly name: string
  readonly version: number
  /** Undefined, with golden, where there is nothing but the graph. */
  readonly manifest?: unknown
  readonly golden?: unknown
  readonly graph: Uint8Array
  /** What the repository says of a graph that has no manifest. */
  readonly configuration?: ModelConfiguration
  /** `report.json`, `reference.json` and `README.md` as they are, for people to read; no score depends on them. */
  readonly report?: string | undefined
  readonly reference?: string | undefined
  readonly card?: string | undefined
}
