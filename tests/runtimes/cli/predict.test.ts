import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runCli } from '../../support/run-cli.ts'

const churn = fileURLToPath(new URL('../../../models/churn', import.meta.url))
const example = await readFile(`${churn}/example.json`, 'utf8')

describe.concurrent('scaling-mlops predict', () => {
  it('answers a row as the server does', async () => {
    const { code, stdout } = await runCli('predict', churn, '--row', example)

    expect(JSON.parse(stdout)).toEqual({ churn_probability: expect.closeTo(0.68129, 4), churn: true })
    expect(code).toBe(0)
  })

  it('changes the example row', async () => {
    const { stdout } = await runCli('predict', `${churn}/1`, '--set', 'Contract=two year', 'tenure=60', '--json')

    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, model: 'churn', version: 1, churn: false })
  })

  it.each([
    {
      name: 'a value that is none, with the nearest',
      args: [churn, '--set', 'contract=two-year'],
      code: 4,
      says: /error\[E_SCHEMA\]: contract must be one of month-to-month, one_year, two_year; got "two-year"; did you mean "two_year"\?/,
    },
    { name: 'a field that is none', args: [churn, '--set', 'tenur=2'], code: 4, says: /did you mean "tenure"\?/ },
    { name: 'a row that is no JSON', args: [churn, '--row', '{"tenure":'], code: 4, says: /the row is not JSON/ },
    {
      name: 'no model of that name',
      args: [`${churn}s`, '--set', 'tenure=2'],
      code: 5,
      says: /did you mean "churn"\?/,
    },
    {
      name: 'no such version',
      args: [`${churn}/99`, '--set', 'tenure=2'],
      code: 5,
      says: /has no version "99"; its versions are 1/,
    },
    { name: 'nothing to score', args: [churn], code: 2, says: /--row '\{…\}'/ },
    { name: 'a flag that is none', args: [churn, '--sett', 'a=b'], code: 2, says: /Did you mean --set\?/ },
    { name: 'a --set without a value', args: [churn, '--set', 'tenure'], code: 2, says: /like contract=two_year/ },
  ])('names $name', async ({ args, code, says }) => {
    const result = await runCli('predict', ...args)

    expect(result.stderr).toMatch(says)
    expect(result.stdout).toBe('')
    expect(result.code).toBe(code)
  })
})
