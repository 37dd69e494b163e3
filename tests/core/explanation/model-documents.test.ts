import type { Manifest, Servable } from '@scaling-mlops/core'
import { createFindDocuments, toExamples } from '@scaling-mlops/core/explanation'
import { describe, expect, it } from 'vitest'

const features: Manifest['features'] = [
  { kind: 'number', name: 'age' },
  { kind: 'category', name: 'plan', values: [{ value: 'basic' }, { value: 'pro' }] },
]

describe('examples', () => {
  it('of several classes are the surest row of each that has one', () => {
    const task: Manifest['task'] = { kind: 'multiclass', target: 'size', classes: ['s', 'm', 'l'] }
    const rows = [
      { row: { age: 1, plan: 'basic' }, output: [0.6, 0.3, 0.1] },
      { row: { age: 2, plan: 'basic' }, output: [0.8, 0.1, 0.1] },
      { row: { age: 3, plan: 'pro' }, output: [0.1, 0.1, 0.8] },
    ]

    expect(toExamples({ task, features }, { tolerance: 1, rows })).toEqual([
      { name: 's', row: { age: 2, plan: 'basic' } },
      { name: 'l', row: { age: 3, plan: 'pro' } },
    ])
  })

  it('are written as the form writes them, and never twice', () => {
    const rows = [
      { row: { AGE: '7', plan: ' PRO ' }, output: [12.34567] },
      { row: { age: 'old', plan: 'pro' }, output: [1] },
    ]

    expect(toExamples({ task: { kind: 'regression', target: 'rent' }, features }, { tolerance: 1, rows })).toEqual([
      { name: 'lowest: 12.35', row: { age: 7, plan: 'pro' } },
    ])
  })
})

describe('documents', () => {
  it('are read once, and again after a failure', async () => {
    let reads = 0
    const find = createFindDocuments({
      read: async (name, version) => {
        if (++reads === 1) throw new Error('not there yet')
        return { name, version, graph: new Uint8Array(), card: '# Card' }
      },
    })
    const servable = { name: 'bare', version: 1 } as Servable

    await expect(find(servable)).rejects.toThrow('not there yet')
    expect(await find(servable)).toEqual({ card: '# Card', examples: [] })
    expect(await find(servable)).toMatchObject({ card: '# Card' })
    expect(reads).toBe(2)
  })
})
