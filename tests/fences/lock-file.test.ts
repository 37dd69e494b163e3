import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

type LockedPackage = {
  readonly link?: boolean
  readonly resolved?: string
  readonly integrity?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
type Locked = Readonly<Record<string, LockedPackage>>

const lockFile = new URL('../../package-lock.json', import.meta.url)
const locked: Locked = JSON.parse(readFileSync(lockFile, 'utf8')).packages

describe('the lock file', () => {
  it('holds the packages of every platform, so that npm ci works on macOS, Windows and Linux', () => {
    expect(missingOptionals(locked)).toEqual([])
  })

  it.each(['@biomejs/cli-darwin-arm64', '@turbo/windows-64', '@esbuild/linux-arm64'])(
    'would be seen to lack %s',
    name => {
      const { [`node_modules/${name}`]: _, ...rest } = locked

      expect(missingOptionals(rest)).toEqual([name])
    },
  )

  it('names no registry and has a hash of every package', () => {
    const fetched = Object.entries(locked).filter(([path, { link }]) => path.includes('node_modules/') && !link)

    expect(fetched.filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
    expect(fetched.filter(([, { integrity }]) => integrity === undefined)).toEqual([])
  })
})

/** Optional packages that somebody asks for and that are nowhere Node would look for them. */
function missingOptionals(packages: Locked): readonly string[] {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(name => !isWithinReach(packages, path, name)),
  )
}

function isWithinReach(packages: Locked, from: string, name: string): boolean {
  if (`${from}${from && '/'}node_modules/${name}` in packages) return true
  return from !== '' && isWithinReach(packages, from.slice(0, Math.max(0, from.lastIndexOf('/'))), name)
}
