import { cp, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { residentBytesOf } from '../bench/process-tree.ts'
import { openProcessHost, repository } from '../support/host.ts'
import { startLoad } from '../support/load.ts'
import type { Soak } from './soak.ts'

const SWAPS = 100
/** The heap grows into its place in steps, the last of them late: of so many stretches of 100 swaps the one that grows least is judged. What leaks grows in each. */
const STRETCHES = 3
const WARM_UP = 50
const CLIENTS = 4
const ALL_SWAPS = WARM_UP + STRETCHES * SWAPS

/** New versions under load: each is published, loaded and serves, every tenth is bad and refused, the oldest go. */
const hotReload: Soak = {
  name: 'hot-reload',
  async run(seconds, say) {
    const folder = await mkdtemp(join(tmpdir(), 'hot-reload-'))
    const publish = async (version: number, isBad: boolean): Promise<void> => {
      const partial = join(folder, '.partial')
      await cp(join(repository, 'churn/1'), partial, { recursive: true })
      if (isBad) await writeFile(join(partial, 'model.onnx'), 'not a graph')
      await rename(partial, join(folder, 'churn', String(version)))
    }
    await cp(join(repository, 'churn/1'), join(folder, 'churn/1'), { recursive: true })
    const host = await openProcessHost({ MODEL_REPOSITORY: folder, MODEL_POLL_SECONDS: '0' })
    const load = startLoad(host.url, CLIENTS, { keepAlive: true })
    const bytes = (): number => residentBytesOf(host.child.pid ?? 0)
    const between = Math.max(20, (seconds * 1000) / ALL_SWAPS)
    const samples: number[] = []
    let swaps = 0
    let refused = 0
    let wrong = 0
    for (let version = 2; swaps < ALL_SWAPS; version++) {
      const isBad = version % 10 === 0
      await publish(version, isBad)
      const { status } = await host.fetch('/v2/repository/models/churn/load', { method: 'POST' })
      if (status !== (isBad ? 503 : 200)) wrong++
      if (isBad) {
        refused++
        await rm(join(folder, 'churn', String(version)), { recursive: true })
      } else swaps++
      await rm(join(folder, 'churn', String(version - 3)), { recursive: true, force: true })
      await pause(between)
      if (swaps >= WARM_UP && !isBad) samples.push(bytes())
      if (swaps % 25 === 0) say(`${swaps} swaps, ${Math.round(bytes() / 1e6)} MB`)
    }
    const { answered, failures } = await load.stop()
    await host.close()
    await rm(folder, { recursive: true })

    const growths = Array.from({ length: STRETCHES }, (_, stretch) =>
      growthOf(samples.slice(stretch * SWAPS, (stretch + 1) * SWAPS)),
    )
    const growth = Math.min(...growths)
    return [
      {
        promise: `no request fails over ${swaps} swaps under load`,
        measured: `${failures.length} of ${answered} failed ${[...new Set(failures)].join(', ')}`.trim(),
        holds: failures.length === 0 && answered > swaps,
      },
      {
        promise: 'every good version is taken, every bad one refused',
        measured: `${refused} refused, ${wrong} answered otherwise`,
        holds: wrong === 0,
      },
      {
        promise: 'memory grows by less than 5 % over 100 swaps',
        measured: `${growths.map(each => `${(each * 100).toFixed(1)} %`).join(', ')} from ${Math.round((samples[0] ?? 0) / 1e6)} MB`,
        holds: growth < 0.05,
      },
    ]
  },
}

export default hotReload

/** The collector makes teeth: of each end the mean of twenty samples. */
function growthOf(samples: readonly number[]): number {
  const first = mean(samples.slice(0, 20))
  return (mean(samples.slice(-20)) - first) / first
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
