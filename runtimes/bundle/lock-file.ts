import { readFile } from 'node:fs/promises'

/** npm's lock file, as far as it says what is installed. */
export type LockFile = { readonly packages: Readonly<Record<string, LockedPackage>> }

export type LockedPackage = {
  readonly name?: string
  readonly version?: string
  readonly license?: string
  readonly integrity?: string
  readonly resolved?: string
  /** A workspace: `resolved` is its folder. */
  readonly link?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly libc?: readonly string[]
}

export async function readLockFile(file: string): Promise<LockFile> {
  return JSON.parse(await readFile(file, 'utf8')) as LockFile
}

/** Where a package is installed that one at this place asks for: beside it, else in the folders around. */
export function findInstalled({ packages }: LockFile, place: string, name: string): string | undefined {
  for (let around = place; ; around = parentOf(around)) {
    const candidate = around === '' ? `node_modules/${name}` : `${around}/node_modules/${name}`
    const found = packages[candidate]
    if (found !== undefined) return found.link === true ? found.resolved : candidate
    if (around === '') return undefined
  }
}

function parentOf(place: string): string {
  const inner = place.lastIndexOf('/node_modules/')
  if (inner >= 0) return place.slice(0, inner)
  return place.startsWith('node_modules/') || !place.includes('/') ? '' : place.slice(0, place.lastIndexOf('/'))
}
