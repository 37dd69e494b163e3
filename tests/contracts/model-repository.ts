import type { Bundle, ModelRepository } from '@scaling-mlops/core'
import { describe, expect, it } from 'vitest'

/** What every repository adapter promises; under test it holds alpha/1, alpha/2, alpha/10 and beta/3, all the same bundle. */
export function describeModelRepository(
  adapter: string,
  open: (bundle: Bundle) => Promise<ModelRepository>,
  bundle: Bundle,
): void {
  describe(`the model repository of ${adapter}`, () => {
    it('lists names in alphabetical, versions in ascending order', async () => {
      const repository = await open(bundle)
      expect(await repository.list()).toEqual([
        { name: 'alpha', versions: [1, 2, 10] },
        { name: 'beta', versions: [3] },
      ])
    })

    it('reads a version as it was stored', async () => {
      const { manifest, golden, graph, report, reference, card } = await (await open(bundle)).read('alpha', 10)
      expect(manifest).toEqual(bundle.manifest)
      expect(golden).toEqual(bundle.golden)
      expect(Buffer.from(graph).equals(bundle.graph)).toBe(true)
      expect({ report, reference, card }).toEqual({
        report: bundle.report,
        reference: bundle.reference,
        card: bundle.card,
      })
    })

    it('refuses a version it does not have, with a code', async () => {
      const repository = await open(bundle)
      await expect(repository.read('beta', 4)).rejects.toMatchObject({
        code: 'model_unavailable',
        message: expect.stringContaining('beta'),
      })
    })
  })
}
