import { describe, expect, it } from 'vitest'
import { probabilityOf, scoreText } from '../../support/score-text.ts'

const score = (input: string | Uint8Array, options = {}) => scoreText(input, { format: 'ndjson', ...options })
const row = '{"plan":"two_year","tenure":100}'

describe('scoring NDJSON', () => {
  it('keeps each line as it came and adds keys at its end', async () => {
    const { output } = await score(`{ "Plan": "Two year", "tenure":1e2, "note": "a}b" }\r\n\n${row}`)

    const added = `"probability":${probabilityOf(1, 100)},"prediction":true,"model_version":3}\n`
    expect(output).toBe(
      `{ "Plan": "Two year", "tenure":1e2, "note": "a}b" ,${added}{"plan":"two_year","tenure":100,${added}`,
    )
  })

  it.each([
    ['{"plan":"two_year","tenure":1,"tenure":2}', /^2,,tenure,duplicate_key,"the key ""tenure"" is given twice/m],
    ['{"plan":"two_year","tenure":1,"x":{"a":[{"b":1,"\\u0062":1}]}}', /^2,,b,duplicate_key/m],
    ['{"plan":"two_year","tenure":1,"Tenure":2}', /^2,,Tenure,duplicate_field/m],
    ['{"plan":"two_year","tenure":1,"prediction":2}', /^2,,prediction,duplicate_field/m],
    ['{"plan":"two_year"}', /^2,,tenure,missing/m],
    ['[1]', /^2,,,wrong_type,a row is an object of fields; got a list/m],
    ['{', /^2,,,not_json/m],
  ])('describes %s in the errors file and goes on', async (line, expected) => {
    const { output, errors, progress } = await score(`${row}\n${line}\n${row}\n`)

    expect(errors).toMatch(expected)
    expect(progress).toMatchObject({ rows: 3, failed: 1 })
    expect(Object.keys(JSON.parse(output.split('\n')[1] as string)).at(-1)).toBe('error')
    expect(JSON.parse(output.split('\n')[2] as string)).toMatchObject({ tenure: 100, prediction: true })
  })

  it('takes escaped quotes and keys of several objects for no repetition', async () => {
    const line = '{"plan":"two_year","tenure":1,"note":"say \\"tenure\\":","x":{"tenure":1},"y":[{"a":1},{"a":1}]}'
    const { progress } = await score(`${line}\n`)

    expect(progress).toMatchObject({ rows: 1, failed: 0 })
  })

  it('says of a row whose score is no number where it stands', async () => {
    const model = async (rows: readonly unknown[]) => ({
      scores: { values: new Float32Array(rows.length).fill(Number.NaN), stride: 1, first: 0 },
      milliseconds: 0,
    })
    const { output, errors, progress } = await score(`${row}\n`, { model, id: 'tenure' })

    expect(progress.failed).toBe(1)
    expect(errors).toMatch(/^1,100,,not_finite/m)
    expect(output).toMatch(/"error":"the numbers of this row are so large/)
  })
})
