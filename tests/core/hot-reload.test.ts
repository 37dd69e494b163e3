import { createMemoryLog, createMemoryRepository } from '@scaling-mlops/adapters/memory'
import {
  type Bundle,
  type Catalogue,
  CoreError,
  createCatalogue,
  type Manifest,
  type Predict,
  requireRows,
  type Servable,
} from '@scaling-mlops/core'
import { describe, expect, it } from 'vitest'
import { noStatistics } from '../support/no-statistics.ts'
import { until } from '../support/until.ts'

type Version = Omit<Bundle, 'name' | 'version'> & {
  readonly manifest: { readonly version: number; readonly bad?: string }
}

type Versions = Record<number, Version>

const version = (number: number, bad?: string): Version => ({
  manifest: { version: number, ...(bad === undefined ? {} : { bad }) },
  golden: {},
  graph: new Uint8Array(),
})

/** A catalogue over versions that a test adds and takes away; what is open, and calls that end when the test says so. */
async function aCatalogue(models: Record<string, Versions>, aliases: Record<string, Record<string, number>> = {}) {
  const open: number[] = []
  const log = createMemoryLog()
  let hold: Promise<void> = Promise.resolve()
  const openServable = async ({ manifest }: Bundle): Promise<Servable> => {
    const { version, bad } = manifest as Version['manifest']
    if (bad !== undefined) throw new CoreError('golden_mismatch', bad)
    open.push(version)
    const predict: Predict = async () => {
      await hold
      if (!open.includes(version)) throw new CoreError('model_unavailable', 'the model is closed')
      return [{ ok: true, decision: { kind: 'regression', value: version } }]
    }
    return {
      name: 'churn',
      version,
      inputs: [],
      outputs: [],
      refusal: () => undefined,
      statistics: noStatistics,
      rows: {
        manifest: { name: 'churn', version } as Manifest,
        predict,
        predictEncoded: predict as never,
        scoreRows: predict as never,
        countInvalid: () => {},
        runBatch: async () => ({ scores: { values: new Float32Array(), stride: 1, first: 0 }, milliseconds: 0 }),
        writeAnswer: () => '',
      },
      close: async () => void open.splice(open.indexOf(version), 1),
    }
  }
  const catalogue = await createCatalogue({ repository: createMemoryRepository(models, aliases), openServable, log })
  return {
    catalogue,
    open,
    log,
    /** Calls from now on end with the function this answers. */
    holdCalls() {
      const { promise, resolve } = Promise.withResolvers<void>()
      hold = promise
      return resolve
    },
  }
}

const answerOf = async (catalogue: Catalogue, name = 'churn', version?: string): Promise<unknown> =>
  requireRows(await catalogue.find(name, version))
    .predict([{}])
    .then(([outcome]) => outcome?.ok && outcome.decision)

const value = (number: number) => ({ kind: 'regression', value: number })

describe('a model that is loaded again', () => {
  it('is served in its newest version, and the old one is put away', async () => {
    const models = { churn: { 1: version(1) } as Versions }
    const { catalogue, open } = await aCatalogue(models)
    await catalogue.open()
    models.churn[2] = version(2)
    expect(await answerOf(catalogue)).toEqual(value(1))

    await catalogue.load('churn')

    expect(await answerOf(catalogue)).toEqual(value(2))
    await until(() => open.length === 1)
    expect(open).toEqual([2])
  })

  it('frees the old version when the last call in flight has ended, not before', async () => {
    const models = { churn: { 1: version(1) } as Versions }
    const { catalogue, open, holdCalls } = await aCatalogue(models)
    const end = holdCalls()
    const calls = [answerOf(catalogue), answerOf(catalogue)]
    await until(() => open.length === 1)
    models.churn[2] = version(2)

    await catalogue.load('churn')
    expect(open).toEqual([1, 2])
    end()

    expect(await Promise.all(calls)).toEqual([value(1), value(1)])
    await until(() => open.length === 1)
    expect(open).toEqual([2])
  })

  it('answers who found the old version and calls it after it was freed', async () => {
    const models = { churn: { 1: version(1) } as Versions }
    const { catalogue, open } = await aCatalogue(models)
    const found = await catalogue.find('churn')
    models.churn[2] = version(2)
    await catalogue.load('churn')
    await until(() => !open.includes(1))

    expect(await requireRows(found).predict([{}])).toEqual([{ ok: true, decision: value(1) }])
    await until(() => !open.includes(1))
  })

  it('goes on as it was where the new version is bad, and says why', async () => {
    const models = { churn: { 1: version(1) } as Versions }
    const { catalogue } = await aCatalogue(models)
    await catalogue.open()
    models.churn[2] = version(2, 'golden row 3: expected 0.1, got 0.2')

    await expect(catalogue.load('churn')).rejects.toMatchObject({ code: 'golden_mismatch' })

    expect(await answerOf(catalogue)).toEqual(value(1))
    expect(catalogue.index()).toEqual([
      { name: 'churn', version: 1, state: 'READY', reason: '' },
      {
        name: 'churn',
        version: 2,
        state: 'UNAVAILABLE',
        reason: 'model churn, version 2: golden row 3: expected 0.1, got 0.2',
      },
    ])
  })

  it('is read anew where its version is the same', async () => {
    const models = { churn: { 1: version(1) } as Versions }
    const { catalogue } = await aCatalogue(models)
    await catalogue.open()
    models.churn[1] = version(11)

    await catalogue.load('churn')

    expect(await answerOf(catalogue)).toEqual(value(11))
  })

  it('is refused by its name where the repository has none of it', async () => {
    const { catalogue } = await aCatalogue({ churn: { 1: version(1) } })
    await expect(catalogue.load('chrun')).rejects.toMatchObject({
      code: 'unknown_model',
      message: expect.stringContaining('did you mean "churn"?'),
    })
  })
})

describe('a model that is unloaded', () => {
  it('answers nobody until it is loaded again', async () => {
    const { catalogue, open } = await aCatalogue({ churn: { 1: version(1) } })
    await catalogue.open()

    await catalogue.unload('churn')
    await expect(catalogue.find('churn')).rejects.toMatchObject({ code: 'model_unavailable' })
    expect(catalogue.index()).toEqual([{ name: 'churn', version: 1, state: 'UNAVAILABLE', reason: 'unloaded' }])
    await until(() => open.length === 0)
    await catalogue.refresh()
    await expect(catalogue.find('churn')).rejects.toMatchObject({ code: 'model_unavailable' })

    await catalogue.load('churn')
    expect(await answerOf(catalogue)).toEqual(value(1))
  })
})

describe('a look into the repository', () => {
  it('takes over new versions and new models, and lets go of models that are gone', async () => {
    const models: Record<string, Versions> = { churn: { 1: version(1) }, fraud: { 1: version(1) } }
    const { catalogue } = await aCatalogue(models)
    await catalogue.open()
    models.churn = { 1: version(1), 2: version(2) }
    models.price = { 5: version(5) }
    delete models.fraud

    await catalogue.refresh()

    expect(await answerOf(catalogue)).toEqual(value(2))
    expect(await answerOf(catalogue, 'price')).toEqual(value(5))
    await expect(catalogue.find('fraud')).rejects.toMatchObject({ code: 'unknown_model' })
  })

  it('tries a bad version again after one look, then two, then four, and takes it once it is mended', async () => {
    const models: Record<string, Versions> = { churn: { 1: version(1) } }
    const { catalogue, log } = await aCatalogue(models)
    await catalogue.open()
    models.churn = { 1: version(1), 2: version(2, 'half a file') }
    const refusals = () => log.lines.filter(({ level }) => level === 'error').length

    const told: number[] = []
    for (let look = 0; look < 8; look++) {
      await catalogue.refresh()
      told.push(refusals())
    }
    expect(told).toEqual([1, 2, 2, 3, 3, 3, 3, 4])
    expect(await answerOf(catalogue)).toEqual(value(1))

    models.churn = { 1: version(1), 2: version(2) }
    for (let look = 0; look < 8; look++) await catalogue.refresh()
    expect(await answerOf(catalogue)).toEqual(value(2))
  })
})

describe('a start with a bad newest version', () => {
  it('serves the one before, as the machines do that are running', async () => {
    const { catalogue } = await aCatalogue({ churn: { 1: version(1), 2: version(2), 3: version(3, 'bad') } })
    await catalogue.open()
    expect(await answerOf(catalogue)).toEqual(value(2))
    expect(catalogue.index()[2]).toMatchObject({
      version: 3,
      state: 'UNAVAILABLE',
      reason: expect.stringContaining('bad'),
    })
  })
})

describe('an alias', () => {
  const models = { churn: { 1: version(1), 2: version(2), 3: version(3) } }

  it('finds the version it stands for, and follows when it is moved', async () => {
    const aliases = { churn: { champion: 1, challenger: 3 } }
    const { catalogue, open } = await aCatalogue(models, aliases)
    expect(await answerOf(catalogue, 'churn@champion')).toEqual(value(1))
    expect(await answerOf(catalogue, 'churn@challenger')).toEqual(value(3))

    aliases.churn = { champion: 2, challenger: 3 }
    await catalogue.refresh()

    expect(await answerOf(catalogue, 'churn@champion')).toEqual(value(2))
    await until(() => !open.includes(1))
  })

  it('keeps the version of an alias when another takes over serving', async () => {
    const growing: Record<string, Versions> = { churn: { 1: version(1) } }
    const { catalogue, open } = await aCatalogue(growing, { churn: { stable: 1 } })
    await catalogue.open()
    growing.churn = { 1: version(1), 2: version(2) }
    await catalogue.refresh()
    expect(await answerOf(catalogue, 'churn@stable')).toEqual(value(1))
    expect(open).toEqual([1, 2])
  })

  it('is named where there is none', async () => {
    const { catalogue } = await aCatalogue(models, { churn: { champion: 1, broken: 9 } })
    await expect(catalogue.find('churn@chamption')).rejects.toMatchObject({
      code: 'unknown_version',
      message: 'model churn has no alias "chamption"; its aliases are champion, broken',
    })
    await expect(catalogue.find('churn@broken')).rejects.toMatchObject({ code: 'unknown_version' })
  })
})
