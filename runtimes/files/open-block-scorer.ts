import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { type Compression, compress, utf8 } from '@scaling-mlops/adapters/files'
import type { Manifest, RunBatch } from '@scaling-mlops/core'
import type { Explain } from '@scaling-mlops/core/explanation'
import { type BlockScorer, compileScorer, type FilePlan, type ScoredBlock } from '@scaling-mlops/core/files'
import type { ThreadData, ThreadRequest } from './block-thread.ts'

// beside this file as it is written, and beside the bundle as it is shipped
const thread = new URL(`./block-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)

/** Scores blocks on the caller's own thread: nothing is copied to and fro, and one core has no use for a second thread. */
export function createBlockScorer(
  {
    manifest,
    runBatch,
    explain,
  }: { readonly manifest: Manifest; readonly runBatch: RunBatch; readonly explain?: Explain | undefined },
  compression: Compression,
): BlockScorer {
  return {
    concurrency: 1,
    open(plan) {
      const score = compileScorer(plan, { manifest, runBatch, text: utf8, explain })
      return async block => {
        const scored = await score(block)
        return { ...scored, output: compress(scored.output, compression) }
      }
    },
  }
}

export type BlockThreads = BlockScorer & AsyncDisposable

/** Starts threads that score blocks, each with a session of its own over the same graph. */
export function startBlockThreads(data: ThreadData, threads: number): BlockThreads {
  const workers = Array.from({ length: threads }, () => startThread(data))
  let turn = 0
  return {
    // one block in hand of each, and one at the door
    concurrency: threads + 1,
    open(plan) {
      for (const worker of workers) worker.prepare(plan)
      return block => (workers[turn++ % threads] as (typeof workers)[number]).score(block)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map(worker => worker.stop()))
    },
  }
}

function startThread(workerData: ThreadData) {
  const worker = new Worker(thread, {
    workerData,
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  })
  const waiting: PromiseWithResolvers<ScoredBlock>[] = []
  let failure: unknown
  worker.on('message', ({ scored, error }: { scored?: ScoredBlock; error?: unknown }) => {
    const call = waiting.shift()
    if (scored === undefined) call?.reject(error)
    else call?.resolve({ ...scored, release: () => void (scored.output.buffer as ArrayBuffer).transfer(0) })
  })
  worker.on('error', error => {
    failure = error
    for (const call of waiting.splice(0)) call.reject(error)
  })
  return {
    prepare: (plan: FilePlan) => worker.postMessage({ plan } satisfies ThreadRequest),
    score(block: Uint8Array): Promise<ScoredBlock> {
      const call = Promise.withResolvers<ScoredBlock>()
      if (failure !== undefined) call.reject(failure)
      else {
        waiting.push(call)
        // handed over, not copied: it is in a buffer of its own
        worker.postMessage({ block } satisfies ThreadRequest, [block.buffer as ArrayBuffer])
      }
      return call.promise
    },
    // the thread ends by itself: one that is ended while ONNX Runtime is at work takes the whole process with it
    async stop(): Promise<void> {
      if (failure !== undefined) return
      const ended = once(worker, 'exit')
      worker.postMessage({ end: true } satisfies ThreadRequest)
      await ended.catch(() => {})
    },
  }
}
