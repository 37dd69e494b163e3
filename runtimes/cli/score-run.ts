import type { Manifest, RunBatch, Sink } from '@scaling-mlops/core'
import type { Explain } from '@scaling-mlops/core/explanation'
import type { FileJob, Progress, Tally } from '@scaling-mlops/core/files'
import type { BlockThreads } from '../files/open-block-scorer.ts'

/** What rows are scored with. */
export type ScoreModel = {
  readonly manifest: Manifest
  readonly runBatch: RunBatch
  readonly explain?: Explain | undefined
  /** That score beside this one; undefined where this one is enough. */
  readonly threads: BlockThreads | undefined
}

/** What came of one file. */
export type Scored = Tally & Pick<Progress, 'sourceBytes'>

/** What a run is given, whatever its rows look like. */
export type RunOptions = Pick<
  FileJob,
  'errors' | 'map' | 'id' | 'explain' | 'tooMany' | 'signal' | 'resume' | 'checkpoint'
> & {
  readonly sink: Sink
  readonly onProgress: (tally: Tally) => void
}

/** The rows of one file, opened. */
export type OpenRows = {
  /** How much of them is read after so many rows, from 0 to 1; undefined where nobody knows. */
  share(rows: number): number | undefined
  /** Scores all of them into the sink, which the caller commits. */
  score(model: ScoreModel, options: RunOptions): Promise<Scored>
}
