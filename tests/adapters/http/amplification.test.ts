import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRow, json } from '../../support/churn.ts'
import { type Host, openServerHost } from '../../support/host.ts'

describe('a list of a hundred thousand empty objects', () => {
  let host: Host
  beforeAll(async () => {
    host = await openServerHost()
  })
  afterAll(() => host.close())

  it('is answered row by row, the first thousand explained in full, in an answer of bounded size', async () => {
    const rows = [aRow(), ...Array.from({ length: 100_000 }, () => ({}))]
    const text = await (await host.fetch('/predict', json(rows))).text()
    const entries: { code: string; error: string; errors?: unknown[] }[] = JSON.parse(text)

    expect(text.length).toBeLessThan(20_000_000)
    expect(entries).toHaveLength(rows.length)
    expect(entries[0]).toMatchObject({ churn: true })
    expect(entries[1000]?.errors).toHaveLength(19)
    expect(entries.slice(1001).every(({ code, errors }) => code === 'invalid_row' && errors === undefined)).toBe(true)
    expect(entries.at(-1)?.error).toContain('19 issues')
  })

  it('leaves others their turn while it is validated', async () => {
    const body = json(Array.from({ length: 300_000 }, () => ({})))
    const order: string[] = []
    const large = host.fetch('/predict', body).then(response => order.push(`list ${response.status}`))
    for (let ping = 0; ping < 3; ping++)
      await host.fetch('/ping').then(response => order.push(`ping ${response.status}`))
    await large

    expect(order.at(-1)).toBe('list 200')
  })
})
