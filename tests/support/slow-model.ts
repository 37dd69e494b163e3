import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { openModelFolder } from '@scaling-mlops/adapters/files'
import { openOnnxModel } from '@scaling-mlops/adapters/onnx'
import { FLOAT, type Node, node, numbers, toOnnx } from '@scaling-mlops/adapters/onnx/graph'
import type { Golden, Manifest, Model } from '@scaling-mlops/core'
import { temporaryFolder } from './temporary-folder.ts'

export type SlowModel = AsyncDisposable & {
  /** A model repository that holds it alone, under the name "slow". */
  readonly repository: string
  /** What a row takes, in milliseconds of one core. */
  readonly millisecondsPerRow: number
}

/** A row that it accepts. */
export const slowRow = { x: 0.5 }

/**
 * A bundle whose graph takes about so many milliseconds a row on this machine: a chain of powers over a wide row, which ONNX Runtime
 * computes number by number, so that n rows take n times as long and a batch gains nothing.
 */
export async function writeSlowModel(milliseconds = 5): Promise<SlowModel> {
  const draft = 2_000
  const width = Math.round((draft * milliseconds) / (await costOf(draft)))
  const graph = slowGraph(width)
  const millisecondsPerRow = await costOf(width)
  const folder = await temporaryFolder()
  const golden: Golden = {
    tolerance: 1e-4,
    rows: [0.25, 0.5, 1].map(x => ({ row: { x }, output: [expected(x)] })),
  }
  const goldenText = JSON.stringify(golden)
  const manifest: Manifest = {
    schemaVersion: 1,
    name: 'slow',
    version: 1,
    title: 'Slow',
    created: new Date().toISOString(),
    algorithm: `${STEPS} powers of ${width} numbers a row`,
    task: { kind: 'regression', target: 'y' },
    features: [{ kind: 'number', name: 'x', minimum: 0, maximum: 1 }],
    input: 'X',
    output: 'y',
    files: { 'model.onnx': sha256(graph), 'golden.json': sha256(goldenText) },
  }
  await openModelFolder(join(folder.path, 'slow')).publish(1, {
    'model.onnx': graph,
    'golden.json': goldenText,
    'manifest.json': JSON.stringify(manifest),
  })
  return { repository: folder.path, millisecondsPerRow, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

/** Powers in the chain, each undone by the next: the row comes out as it went in. */
const STEPS = 40
const EXPONENT = 1.1

function slowGraph(width: number): Uint8Array {
  const powers = Array.from(
    { length: STEPS },
    (_, step): Node => node('Pow', [`step_${step}`, step % 2 === 0 ? 'up' : 'down'], [`step_${step + 1}`]),
  )
  return toOnnx({
    nodes: [
      node('MatMul', ['X', 'spread'], ['wide']),
      node('Sigmoid', ['wide'], ['step_0']),
      ...powers,
      node('MatMul', [`step_${STEPS}`, 'mean'], ['y']),
    ],
    initializers: [
      numbers('spread', [1, width], new Float32Array(width).fill(1)),
      numbers('mean', [width, 1], new Float32Array(width).fill(1 / width)),
      numbers('up', [1], [EXPONENT], FLOAT),
      numbers('down', [1], [1 / EXPONENT], FLOAT),
    ],
    input: { name: 'X', width: 1 },
    output: { name: 'y', width: 1 },
    irVersion: 8,
    opsets: { '': 17 },
    metadata: {},
  })
}

function expected(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

/** CPU milliseconds of a row: waiting for a core that others use does not count. The least of several, since nothing makes it faster than it is. */
async function costOf(width: number): Promise<number> {
  const model = await openOnnxModel(slowGraph(width))
  try {
    let least = Number.POSITIVE_INFINITY
    for (let time = 0; time < 8; time++) least = Math.min(least, await timeRuns(model, 4))
    return least
  } finally {
    await model.close()
  }
}

async function timeRuns(model: Model, times: number): Promise<number> {
  const before = process.cpuUsage()
  for (let time = 0; time < times; time++)
    await model.run({ X: { type: 'float32', shape: [1, 1], data: Float32Array.of(0.5) } }, ['y'])
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / times
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
