import { describe, expect, it } from 'vitest'
import { probabilityOf, scoreText } from '../../support/score-text.ts'

const added = 'explain_base,explain_1,explain_rest,model_version,error'

describe('contributions beside scores', () => {
  it('are the largest ones, with what the others add up to', async () => {
    const { output } = await scoreText('plan,tenure\ntwo_year,100\ntwo_year,300\nweekly,1\n', { explain: 1 })

    expect(output).toBe(
      `plan,tenure,probability,prediction,${added}
two_year,100,${probabilityOf(1, 100)},true,-0.5,plan:1,1,3,
two_year,300,${probabilityOf(1, 300)},true,-0.5,tenure:3,1,3,
weekly,1,,,,,,,"plan must be one of month-to-month, two_year; got ""weekly"""
`,
    )
  })

  it('are one object in NDJSON', async () => {
    const { output } = await scoreText('{"plan":"two_year","tenure":300}', { format: 'ndjson', explain: 2 })

    expect(JSON.parse(output).explanation).toEqual({ base: -0.5, contributions: { tenure: 3, plan: 1 }, rest: 0 })
  })

  it('need names that the file has not taken', async () => {
    const input = 'plan,tenure,explain_1\ntwo_year,1,x\n'

    await expect(scoreText(input, { explain: 1 })).rejects.toThrow(/there is a column explain_1 already/)
    await expect(scoreText(input)).resolves.toMatchObject({ progress: { rows: 1, failed: 0 } })
  })
})
