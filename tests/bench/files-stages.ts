import { crc32 } from 'node:zlib'
import { openFileSink, openFileSource, openFolderRepository, utf8 } from '@scaling-mlops/adapters/files'
import { systemClock } from '@scaling-mlops/adapters/memory'
import { openOnnxModel } from '@scaling-mlops/adapters/onnx'
import { createRunBatch, parseManifest, type RunBatch, type Sink } from '@scaling-mlops/core'
import { compileScorer, scoreFile } from '@scaling-mlops/core/files'
import { repository } from '../support/host.ts'

const nowhere: Sink = { async write() {}, async flush() {}, async commit() {}, async close() {} }

/** Seconds that each stage of scoring a file takes on one thread, each measured as what it adds to those before it. */
export async function measureStages(input: string, output: string): Promise<Record<string, number>> {
  const bundle = await openFolderRepository(repository).read('churn', 1)
  const manifest = parseManifest(bundle.manifest)
  const graph = createRunBatch(manifest, await openOnnxModel(bundle.graph))
  const constant: RunBatch = async rows => ({
    scores: { values: new Float32Array(rows.length).fill(0.25), stride: 1, first: 0 },
    milliseconds: 0,
  })
  const score = async (runBatch: RunBatch, sink: Sink): Promise<void> => {
    await scoreFile({
      source: await openFileSource(input),
      format: 'csv',
      features: manifest.features,
      scorer: { concurrency: 1, open: plan => compileScorer(plan, { manifest, runBatch, text: utf8 }) },
      sink,
      errors: nowhere,
      text: utf8,
      clock: systemClock,
      checksum: crc32,
      tooMany: () => false,
    })
    await sink.commit()
  }
  const timed = async (work: () => Promise<void>): Promise<number> => {
    await work()
    const started = performance.now()
    await work()
    return (performance.now() - started) / 1000
  }

  const reading = await timed(async () => {
    for await (const _chunk of (await openFileSource(input)).read());
  })
  const parsing = await timed(() => score(constant, nowhere))
  const scoring = await timed(() => score(graph, nowhere))
  const writing = await timed(async () => score(graph, await openFileSink(output)))
  return { read: reading, parse: parsing - reading, score: scoring - parsing, write: writing - scoring }
}
