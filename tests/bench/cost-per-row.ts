import { launchOurs, type Row } from './contestants.ts'
import { coresFor } from './pinning.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import { someRows, toJsonBody } from './workloads.ts'

export type RowCost = {
  readonly format: string
  readonly rows: number
  /** Of the server's CPU, in µs a row. */
  readonly cpuMicroseconds: number
  /** Of the client's time with one request at a time, in µs a row. */
  readonly wallMicroseconds: number
}

type Format = { readonly name: string; readonly type: string; readonly toBody: (rows: readonly Row[]) => string }

const formats: readonly Format[] = [
  { name: 'JSON', type: 'application/json', toBody: toJsonBody },
  {
    name: 'NDJSON',
    type: 'application/x-ndjson',
    toBody: rows => rows.map(row => `${JSON.stringify(row)}\n`).join(''),
  },
]

/** What a row costs in requests of ever more rows, one request at a time, in the formats that the server takes. */
export async function measureCostPerRow(sizes: readonly number[], seconds: number): Promise<RowCost[]> {
  const server = await startServer(launchOurs({ MAX_BODY_BYTES: String(256 * 2 ** 20) }), { cores: coresFor(1) })
  try {
    const costs: RowCost[] = []
    for (const format of formats) {
      if (!(await send(server, format, format.toBody(someRows(2))))) continue
      for (const rows of sizes) costs.push(await measure(server, format, rows, seconds))
    }
    return costs
  } finally {
    await server.stop()
  }
}

async function measure(server: ServerProcess, format: Format, rows: number, seconds: number): Promise<RowCost> {
  const body = format.toBody(someRows(rows))
  await repeat(server, format, body, seconds / 2)
  const cpu = server.cpuSeconds()
  const started = performance.now()
  const times = await repeat(server, format, body, seconds)
  const scored = rows * times
  return {
    format: format.name,
    rows,
    cpuMicroseconds: ((server.cpuSeconds() - cpu) / scored) * 1e6,
    wallMicroseconds: ((performance.now() - started) / scored) * 1e3,
  }
}

/** Sends a body again and again, at least twice and for so many seconds. */
async function repeat(server: ServerProcess, format: Format, body: string, seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1000
  let times = 0
  while (times < 2 || performance.now() < end) {
    if (!(await send(server, format, body))) throw new Error(`${format.name} of ${body.length} bytes is refused`)
    times++
  }
  return times
}

async function send({ url }: ServerProcess, { type }: Format, body: string): Promise<boolean> {
  const response = await fetch(`${url}/predict`, { method: 'POST', headers: { 'content-type': type }, body })
  await response.arrayBuffer()
  return response.ok
}
