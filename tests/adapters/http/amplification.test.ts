import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRow, json } from '../../support/churn.ts'
import { type Host, openMemoryHost, openProcessHost, openServerHost } from '../../support/host.ts'

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

describe('a body that takes most to refuse', () => {
  it('does not need hundreds of times its memory', async () => {
    const host = await openProcessHost({ NODE_OPTIONS: '--max-old-space-size=150' })
    const response = await host.fetch('/predict', json(`[${Array(340_000).fill('{}').join(',')}]`))
    expect((await response.text()).endsWith('"code":"invalid_row"}]')).toBe(true)
    await host.close()
  })

  it('is judged without each of its columns being compared with each', async () => {
    const host = await openMemoryHost({ MAX_BODY_BYTES: '10000000' })
    const columns = Array.from({ length: 600_000 }, (_, index) => `c${index}`)
    const response = await host.fetch('/invocations', json({ dataframe_split: { columns, data: [[]] } }))
    expect(await response.text()).toContain('row 1 has 0 values; 600000 are expected')
    await host.close()
  })

  it('leaves others their turn, as lines of which none is a row', async () => {
    const host = await openMemoryHost()
    let turns = 0
    const count = (): void => {
      turns++
      timer = setImmediate(count)
    }
    let timer = setImmediate(count)
    const headers = { 'content-type': 'application/x-ndjson' }
    const response = await host.fetch('/predict', { method: 'POST', headers, body: '{}\n'.repeat(20_000) })
    const lines = (await response.text()).split('\n')
    clearImmediate(timer)
    expect(lines).toHaveLength(20_001)
    expect(turns).toBeGreaterThan(30)
    await host.close()
  })
})
