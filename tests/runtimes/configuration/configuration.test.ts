import { type ConfigurationError, readConfiguration } from '@scaling-mlops/runtimes/configuration'
import { describe, expect, it } from 'vitest'

const nothing = { flags: {}, environment: {}, file: {} }

describe('the configuration', () => {
  it('has a default for everything', () => {
    const { configuration, origins } = readConfiguration(nothing)
    expect(configuration).toMatchObject({
      port: 9696,
      host: '127.0.0.1',
      modelRepository: 'models',
      maxBodyBytes: 1_048_576,
      corsOrigins: [],
      logLevel: 'info',
    })
    expect(new Set(Object.values(origins))).toEqual(new Set(['default']))
  })

  it('takes a flag over the environment over the file over the place over the table', () => {
    const file = { port: 3 }
    const environment = { PORT: '2' }
    const defaults = { port: 4 }
    expect(readConfiguration({ flags: { port: '1' }, environment, file, defaults }).configuration.port).toBe(1)
    expect(readConfiguration({ flags: {}, environment, file, defaults }).configuration.port).toBe(2)
    expect(readConfiguration({ flags: {}, environment: {}, file, defaults }).configuration.port).toBe(3)
    expect(readConfiguration({ flags: {}, environment: {}, file: {}, defaults })).toMatchObject({
      configuration: { port: 4 },
      origins: { port: 'default' },
    })
  })

  it('reads lists and pairs from text, and as JSON from the file', () => {
    const { configuration } = readConfiguration({
      ...nothing,
      environment: { CORS_ORIGINS: 'https://a.example, http://localhost:3000', PINNED_VERSIONS: 'churn=3,other=1' },
    })
    expect(configuration).toMatchObject({
      corsOrigins: ['https://a.example', 'http://localhost:3000'],
      pinnedVersions: { churn: 3, other: 1 },
    })
    expect(
      readConfiguration({ ...nothing, file: { pinnedVersions: { churn: 3 } } }).configuration.pinnedVersions,
    ).toEqual({ churn: 3 })
  })

  it('takes an empty variable for none', () => {
    expect(readConfiguration({ ...nothing, environment: { PORT: '' } }).configuration.port).toBe(9696)
  })

  it('names every problem at once, and where it stands', () => {
    const problems = (): readonly string[] => {
      try {
        readConfiguration({
          flags: { port: '99999' },
          environment: { CORS_ORIGINS: '*', LOG_LEVEL: 'loud' },
          file: { prot: 1 },
        })
      } catch (error) {
        return (error as ConfigurationError).problems
      }
      return []
    }
    expect(problems()).toEqual([
      '"prot" in the configuration file is not a setting; did you mean "port"?',
      '--port: must be a whole number from 0 to 65535; got "99999"',
      'CORS_ORIGINS: must be like https://console.example.com; got "*"',
      expect.stringContaining('LOG_LEVEL: '),
    ])
  })
})
