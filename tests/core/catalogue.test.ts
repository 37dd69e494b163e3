import { createMemoryLog, createMemoryRepository } from '@scaling-mlops/adapters/memory'
import { CoreError, createCatalogue, type Servable } from '@scaling-mlops/core'
import { describe, expect, it } from 'vitest'
import { noStatistics } from '../support/no-statistics.ts'

const bundle = { manifest: {}, golden: {}, graph: new Uint8Array() }
const several = createMemoryRepository({ churn: { 1: bundle, 2: bundle }, fraud: { 7: bundle } })
const single = createMemoryRepository({ churn: { 1: bundle, 2: bundle } })

function aServable(closed: { count: number } = { count: 0 }): Servable {
  return {
    name: 'any',
    version: 1,
    inputs: [],
    outputs: [],
    refusal: () => undefined,
    statistics: noStatistics,
    runTensors: async () => ({}),
    close: async () => {
      closed.count++
    },
  }
}

describe('the catalogue', () => {
  const log = createMemoryLog()
  const create = (options: Partial<Parameters<typeof createCatalogue>[0]> = {}) =>
    createCatalogue({ repository: several, openServable: async () => aServable(), log, ...options })

  it('serves the highest version, or the pinned one', async () => {
    expect((await create()).list()).toEqual([
      { name: 'churn', versions: [1, 2], serving: 2 },
      { name: 'fraud', versions: [7], serving: 7 },
    ])
    expect((await create({ pinned: { churn: 1 } })).list()[0]).toMatchObject({ serving: 1 })
  })

  it('answers without a name where there is a default or only one model', async () => {
    await expect((await create({ repository: single })).findDefault()).resolves.toBeDefined()
    await expect((await create({ defaultModel: 'fraud' })).findDefault()).resolves.toBeDefined()
    await expect((await create()).findDefault()).rejects.toMatchObject({
      code: 'no_default_model',
      message: expect.stringContaining('churn, fraud'),
    })
  })

  it('refuses a default or pinned model that is not there', async () => {
    await expect(create({ defaultModel: 'chrun' })).rejects.toMatchObject({ code: 'unknown_model' })
    await expect(create({ pinned: { churn: 3 } })).rejects.toMatchObject({ code: 'unknown_version' })
  })

  it('opens a version once, however many ask for it at the same time', async () => {
    let opened = 0
    const catalogue = await create({
      openServable: async () => {
        opened++
        return aServable()
      },
    })
    await Promise.all([catalogue.find('churn'), catalogue.find('churn', '2'), catalogue.find('churn')])
    expect(opened).toBe(1)
  })

  it('asks for a version again after a failed opening', async () => {
    let attempt = 0
    const catalogue = await create({
      openServable: async () => {
        if (attempt++ === 0) throw new CoreError('golden_mismatch', 'golden row 1')
        return aServable()
      },
    })
    await expect(catalogue.find('churn')).rejects.toMatchObject({
      code: 'golden_mismatch',
      message: 'model churn, version 2: golden row 1',
    })
    await expect(catalogue.find('churn')).resolves.toBeDefined()
  })

  it('opens all of up to twenty models at the start, of more only the default and the pinned ones', async () => {
    const openedBy = async (models: number): Promise<number> => {
      let opened = 0
      const repository = createMemoryRepository(
        Object.fromEntries(
          Array.from(
            { length: models },
            (_, index) => [`m${index}`, { 1: bundle }] as [string, Record<number, typeof bundle>],
          ),
        ),
      )
      const openServable = async (): Promise<Servable> => {
        opened++
        return aServable()
      }
      await (await create({ repository, openServable, defaultModel: 'm3', pinned: { m5: 1 } })).open()
      return opened
    }
    expect(await openedBy(20)).toBe(20)
    expect(await openedBy(21)).toBe(2)
  })

  it('closes every model it opened', async () => {
    const closed = { count: 0 }
    const catalogue = await create({ openServable: async () => aServable(closed) })
    await catalogue.open()
    await catalogue.close()
    expect(closed.count).toBe(2)
  })
})
