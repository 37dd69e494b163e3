import { findInstalled, type LockedPackage, type LockFile } from './lock-file.ts'

type Processor = 'x64' | 'arm64'

/** A bill of materials as CycloneDX 1.6 has it. */
export type BillOfMaterials = {
  readonly bomFormat: 'CycloneDX'
  readonly specVersion: '1.6'
  readonly version: 1
  readonly metadata: { readonly component: Component }
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

type Component = {
  readonly type: 'application' | 'library'
  readonly 'bom-ref': string
  readonly name: string
  readonly version: string
  readonly purl: string
  readonly licenses?: readonly { readonly expression: string }[]
  readonly hashes?: readonly { readonly alg: 'SHA-512'; readonly content: string }[]
}

/**
 * Everything that is built from these workspaces on Linux, tools for development apart: each package with its version, licence and
 * hash, and who asks for it. The same lock file gives the same bill.
 */
export function toBillOfMaterials(
  lock: LockFile,
  workspaces: readonly string[],
  processor: Processor,
): BillOfMaterials {
  const asked = new Map<string, readonly string[]>()
  const waiting = [...workspaces]
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    if (asked.has(place)) continue
    const found = dependenciesOf(lock, place, processor)
    asked.set(place, found)
    waiting.push(...found)
  }
  const componentAt = new Map([...asked.keys()].map(place => [place, toComponent(lock, place)]))
  const refOf = (place: string): string => componentAt.get(place)?.['bom-ref'] ?? place
  const root = toComponent(lock, '')

  // a package may be installed in two places and is one component
  const components = new Map([...componentAt.values()].map(component => [component['bom-ref'], component]))
  const dependencies = new Map<string, Set<string>>([[root['bom-ref'], new Set(workspaces.map(refOf))]])
  for (const [place, found] of asked)
    dependencies.set(refOf(place), new Set([...(dependencies.get(refOf(place)) ?? []), ...found.map(refOf)]))
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { ...root, type: 'application' } },
    components: [...components.values()].sort((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1)),
    dependencies: [...dependencies]
      .map(([ref, dependsOn]) => ({ ref, dependsOn: [...dependsOn].sort() }))
      .sort((a, b) => (a.ref < b.ref ? -1 : 1)),
  }
}

function dependenciesOf(lock: LockFile, place: string, processor: Processor): string[] {
  const { dependencies = {}, optionalDependencies = {} } = lock.packages[place] ?? {}
  return Object.keys({ ...dependencies, ...optionalDependencies }).flatMap(name => {
    const found = findInstalled(lock, place, name)
    if (found !== undefined) return runsThere(lock.packages[found], processor) ? [found] : []
    if (name in optionalDependencies) return []
    throw new Error(`package-lock.json: "${place}" asks for ${name}, which is nowhere`)
  })
}

function runsThere({ os, cpu, libc }: LockedPackage = {}, processor: Processor): boolean {
  return allows(os, 'linux') && allows(cpu, processor) && allows(libc, 'glibc')
}

/** A list of names that may be, or with an exclamation mark may not. */
function allows(names: readonly string[] | undefined, name: string): boolean {
  if (names === undefined || names.includes(name)) return true
  return names.every(each => each.startsWith('!')) && !names.includes(`!${name}`)
}

function toComponent({ packages }: LockFile, place: string): Component {
  const { name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length), ...locked } =
    packages[place] ?? {}
  const { version = '0', license, integrity } = locked
  // a scope's @ is written %40 in a package URL
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
  const [, base64] = /sha512-(\S+)/.exec(integrity ?? '') ?? []
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    ...(license !== undefined && { licenses: [{ expression: license }] }),
    ...(base64 !== undefined && {
      hashes: [{ alg: 'SHA-512', content: Buffer.from(base64, 'base64').toString('hex') }],
    }),
  }
}
