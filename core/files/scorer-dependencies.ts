import type { Scores } from '../decision.ts'
import type { Explain } from '../explanation/explanation.ts'
import type { Manifest } from '../manifest.ts'
import type { PayloadRow } from '../payload-line.ts'
import type { TextCodec } from '../ports/text-codec.ts'
import type { Row } from '../row.ts'

/** What blocks are scored with. */
export type ScorerDependencies = {
  readonly manifest: Manifest
  readonly runBatch: (rows: readonly Row[]) => Promise<{ readonly scores: Scores }>
  readonly text: TextCodec
  /** Waited for where no row of a batch could be scored, so that nothing else was; for threads that answer others meanwhile. */
  readonly turn?: () => Promise<unknown>
  /** Of the model; needed where contributions are wanted. */
  readonly explain?: Explain | undefined
  /** Told of each row of a CSV by its place in its block, from 0. What it was can be read for as long as the call takes. */
  readonly record?: ((place: number, read: () => Omit<PayloadRow, 'id'>) => void) | undefined
}
