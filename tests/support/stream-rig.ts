import { parseJson } from '@scaling-mlops/adapters/http'
import { createMemoryLog, createMemoryMetrics, createMemoryStreams, systemTimer } from '@scaling-mlops/adapters/memory'
import {
  CoreError,
  createJudge,
  createProcessor,
  type Manifest,
  type Outcome,
  type ProcessDeliveries,
  type Servable,
} from '@scaling-mlops/core'
import { noStatistics } from './no-statistics.ts'

/** A model that answers `x` of a row doubled; a negative one is invalid, and `fail` decides what it breaks at. */
export function aServable(fail: (rows: readonly unknown[]) => void = () => {}): Servable {
  const outcomeOf = (row: unknown): Outcome => {
    const x = (row as { x?: unknown })?.x
    if (typeof x === 'number' && x >= 0) return { ok: true, decision: { kind: 'regression', value: 2 * x } }
    return { ok: false, issues: [{ field: 'x', code: 'too_small', message: 'x must be a number of at least 0' }] }
  }
  return {
    name: 'double',
    version: 3,
    inputs: [],
    outputs: [],
    refusal: () => undefined,
    statistics: noStatistics,
    rows: {
      manifest: { name: 'double', version: 3 } as Manifest,
      predict: async rows => {
        fail(rows)
        return rows.map(outcomeOf)
      },
      predictEncoded: async () => {
        throw new Error('no graph')
      },
      scoreRows: async () => {
        throw new Error('no graph')
      },
      countInvalid: () => {},
      runBatch: async () => {
        throw new Error('no graph')
      },
      writeAnswer: decision => `{"y":${decision.kind === 'regression' ? decision.value : null}}`,
    },
    close: async () => {},
  }
}

/** Memory streams around a servable, a clock that tests move, and the processor under test. */
export function aRig({ fail, wrap = streams => streams }: RigOptions = {}) {
  let now = Date.UTC(2026, 10, 23)
  const clock = { now: () => now, monotonic: () => now }
  const metrics = createMemoryMetrics()
  const log = createMemoryLog()
  const streams = wrap(createMemoryStreams({ clock, timer: systemTimer, visibilityMs: 30_000, waitMs: 1 }))
  const servable = aServable(fail)
  const catalogue = {
    find: async (name: string, version?: string) => {
      if (name !== 'double') throw new CoreError('unknown_model', `"${name}" is not found; the models are double`)
      if (version !== undefined && version !== '3') throw new CoreError('unknown_version', `there is no ${version}`)
      return servable
    },
    findDefault: async () => servable,
  }
  const judge = createJudge({ catalogue, parse: parseJson, clock, timer: systemTimer, maxRecordBytes: 1_000 })
  const process: ProcessDeliveries = createProcessor({
    judge,
    sink: streams.results,
    deadLetters: streams.deadLetters,
    metrics,
    log,
    clock,
    random: () => 1,
  })
  const never = new AbortController().signal
  return {
    ...streams,
    judge,
    process,
    metrics,
    log,
    /** Processes what is due now, as one batch. */
    async step(limit = 1_000) {
      const deliveries = await streams.queue.receive(limit, never)
      await process(deliveries, streams.queue)
      return deliveries.length
    },
    pass(milliseconds: number) {
      now += milliseconds
    },
  }
}

type MemoryStreams = ReturnType<typeof createMemoryStreams>
type RigOptions = {
  readonly fail?: (rows: readonly unknown[]) => void
  /** Puts something between the processor and the streams. */
  readonly wrap?: (streams: MemoryStreams) => MemoryStreams
}
