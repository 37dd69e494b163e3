import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRow, type ChurnRow, golden, json } from '../support/churn.ts'
import { type Environment, type Host, repository } from '../support/host.ts'

type Contribution = { readonly feature: string; readonly value: unknown; readonly contribution: number }
type Explained = {
  readonly base: number
  readonly baseProbability: number
  readonly total: number
  readonly contributions: readonly Contribution[]
}
type Explanation = {
  readonly answer: { readonly churn_probability: number }
  readonly explained: readonly [Explained]
}
type WhatIf = {
  readonly score: number
  readonly label: boolean
  readonly explanation: Explained
  readonly curves: readonly {
    readonly feature: string
    readonly points: readonly (readonly [x: number, score: number])[]
  }[]
  readonly options: readonly {
    readonly feature: string
    readonly values: readonly { readonly value: string; readonly score: number }[]
  }[]
  readonly changes: readonly {
    readonly feature: string
    readonly from: unknown
    readonly to: string | number
    readonly score: number
    readonly label: boolean
  }[]
  readonly truncated: boolean
}

const logistic = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds))

/** What stands behind the console in every runtime. */
export function describeConsoleApi(place: string, openHost: (environment: Environment) => Promise<Host>): void {
  describe(`the API of the console ${place}`, () => {
    let host: Host
    beforeAll(async () => {
      host = await openHost({})
    })
    afterAll(() => host.close())

    const post = async <Answer>(path: string, body: unknown): Promise<Answer> => {
      const response = await host.fetch(path, json(body))
      expect(response.status).toBe(200)
      return (await response.json()) as Answer
    }
    const probabilities = async (rows: readonly ChurnRow[]): Promise<number[]> =>
      (await post<{ churn_probability: number }[]>('/predict', rows)).map(({ churn_probability }) => churn_probability)

    it('tells operators how the server is doing', async () => {
      const operations = async () =>
        (await (await host.fetch('/operations')).json()) as {
          counters: { Predictions: number }
          distributions: { BatchSize: { count: number; sum: number } }
          models: object[]
        }
      const before = await operations()
      await post('/predict', [aRow(), aRow()])
      const after = await operations()

      expect(after.counters.Predictions - before.counters.Predictions).toBe(2)
      const [{ BatchSize: earlier }, { BatchSize: later }] = [before.distributions, after.distributions]
      expect({ runs: later.count - earlier.count, rows: later.sum - earlier.sum }).toEqual({ runs: 1, rows: 2 })
      expect(after.models).toMatchObject([{ name: 'churn', serving: 1 }])
    })

    describe('explains', () => {
      it("rows by contributions that add up to the model's own answers", async () => {
        const rows = golden.rows.slice(0, 50).map(({ row }) => row)
        const explanations = await post<Explanation[]>('/models/churn/explain', rows)

        expect(explanations).toHaveLength(rows.length)
        const answers = await probabilities(rows as ChurnRow[])
        explanations.forEach(({ answer, explained: [{ base, total, contributions }] }, index) => {
          expect(answer.churn_probability).toBe(answers[index])
          expect(contributions).toHaveLength(19)
          const sum = contributions.reduce((sum, { contribution }) => sum + contribution, base)
          expect(total).toBeCloseTo(sum, 9)
          expect(Math.abs(logistic(sum) - answer.churn_probability)).toBeLessThan(1e-6)
        })
      })

      it('one row by one document, the largest contribution first', async () => {
        const explanation = await post<Explanation>('/models/churn/versions/1/explain', aRow())

        expect(explanation).toMatchObject({
          model: 'churn',
          version: 1,
          method: 'linear',
          scale: 'log-odds',
          answer: { churn_probability: 0.6812940239906311, churn: true },
        })
        const [{ base, baseProbability, contributions }] = explanation.explained
        expect(baseProbability).toBeCloseTo(logistic(base), 9)
        const sizes = contributions.map(({ contribution }) => Math.abs(contribution))
        expect(sizes).toEqual(sizes.toSorted((a, b) => b - a))
        expect(contributions.find(({ feature }) => feature === 'contract')?.value).toBe('month-to-month')
      })

      it('a list with a bad row but for that row', async () => {
        const [good, bad] = await post<[Explanation, object]>('/models/churn/explain', [
          aRow(),
          aRow({ contract: 'weekly' }),
        ])

        expect(good.answer.churn_probability).toBe(0.6812940239906311)
        expect(bad).toMatchObject({ code: 'invalid_row', errors: [{ field: 'contract', code: 'not_allowed' }] })
      })

      it.each([
        ['a bad row with what is wrong', aRow({ tenure: 'long' }), 400, 'invalid_row'],
        ['no more than a hundred rows', Array.from({ length: 101 }, () => aRow()), 400, 'bad_request'],
      ])('%s', async (_, body, status, code) => {
        const response = await host.fetch('/models/churn/explain', json(body))

        expect(response.status).toBe(status)
        expect(await response.json()).toMatchObject({ code })
      })
    })

    describe('answers what if', () => {
      it('with scores that are those of the changed rows scored one by one', async () => {
        const { score, curves, options, changes, truncated } = await post<WhatIf>('/models/churn/whatif', aRow())

        const varied: [row: ChurnRow, score: number][] = [
          ...curves.flatMap(({ feature, points }) =>
            points.map(([x, score]): [ChurnRow, number] => [aRow({ [feature]: x }), score]),
          ),
          ...options.flatMap(({ feature, values }) =>
            values.map(({ value, score }): [ChurnRow, number] => [aRow({ [feature]: value }), score]),
          ),
          ...changes.map(({ feature, to, score }): [ChurnRow, number] => [aRow({ [feature]: to }), score]),
        ]
        const answers = await probabilities(varied.map(([row]) => row))
        varied.forEach(([, score], index) => {
          expect(score).toBeCloseTo(answers[index] as number, 6)
        })
        expect(score).toBe(0.6812940239906311)
        expect([...curves, ...options]).toHaveLength(19)
        expect(truncated).toBe(false)
      })

      it("with curves in ascending order, the row's own value among them", async () => {
        const row = aRow({ tenure: 7, monthlycharges: 71.35 })
        const { score, curves } = await post<WhatIf>('/models/churn/whatif', row)

        for (const { feature, points } of curves) {
          const values = points.map(([x]) => x)
          expect(points.length).toBeLessThanOrEqual(25)
          expect(values).toEqual(values.toSorted((a, b) => a - b))
          expect(points.find(([x]) => x === row[feature])?.[1]).toBeCloseTo(score, 6)
        }
      })

      it('with single changes that turn the decision, of what someone can act on', async () => {
        const { label, changes } = await post<WhatIf>('/models/churn/whatif', aRow())

        const { manifest } = (await (await host.fetch('/models/churn')).json()) as {
          manifest: { features: readonly { name: string; actionable?: boolean }[] }
        }
        expect(changes.length).toBeGreaterThan(0)
        for (const change of changes) {
          expect(manifest.features.find(({ name }) => name === change.feature)?.actionable).toBe(true)
          expect(change.from).toBe(aRow()[change.feature])
          expect(change.label).toBe(!label)
          expect(change.score >= 0.5).toBe(change.label)
        }
        expect(new Set(changes.map(({ feature }) => feature)).size).toBe(changes.length)
      })

      it('with the explanation of the row', async () => {
        const { explanation } = await post<WhatIf>('/models/churn/whatif', aRow())

        const { explained } = await post<Explanation>('/models/churn/explain', aRow())
        expect(explanation).toMatchObject(explained[0])
      })

      it('a bad row with what is wrong', async () => {
        const response = await host.fetch('/models/churn/whatif', json(aRow({ contract: 'weekly' })))

        expect(response.status).toBe(400)
        expect(await response.json()).toMatchObject({ code: 'invalid_row', errors: [{ field: 'contract' }] })
      })
    })

    describe('shows', () => {
      it.each(['report', 'reference'])('the %s of the training as it was written', async document => {
        const response = await host.fetch(`/models/churn/${document}`)

        expect(response.headers.get('content-type')).toBe('application/json')
        expect(await response.text()).toBe(readFileSync(`${repository}/churn/1/${document}.json`, 'utf8'))
      })

      it('the card of a version', async () => {
        const response = await host.fetch('/models/churn/versions/1/card')

        expect(response.headers.get('content-type')).toBe('text/markdown; charset=utf-8')
        expect(await response.text()).toBe(readFileSync(`${repository}/churn/1/README.md`, 'utf8'))
      })

      it('examples from the lowest score to the highest, all of them valid', async () => {
        const { examples } = (await (await host.fetch('/models/churn/examples')).json()) as {
          examples: { name: string; row: ChurnRow }[]
        }

        const scores = await probabilities(examples.map(({ row }) => row))
        expect(examples.map(({ name }) => name)).toEqual(
          ['lowest', 'low', 'middle', 'high', 'highest'].map(
            (rank, index) => `${rank}: ${Math.round((scores[index] as number) * 100)} %`,
          ),
        )
        expect(scores).toEqual(scores.toSorted((a, b) => a - b))
      })

      it('no card of a model that is not there', async () => {
        expect((await host.fetch('/models/other/card')).status).toBe(404)
      })
    })
  })
}
