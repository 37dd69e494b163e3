import { grouped, type Output } from './output.ts'
import type { FilePair } from './score-files.ts'
import type { Scored } from './score-run.ts'

/** What `--json` says of one file. */
export function toScoredDocument(
  pair: FilePair,
  { rows, failed, sum, positives, sourceBytes }: Scored,
  seconds: number,
): object {
  const scored = rows - failed
  return {
    input: pair.input,
    output: pair.target,
    ...(failed > 0 ? { errors: pair.errors } : {}),
    rows,
    scored,
    failed,
    mean: scored === 0 ? null : sum / scored,
    positives,
    seconds,
    bytes: sourceBytes,
  }
}

/** What a person is told of one file. */
export function sayScored(
  output: Output,
  pair: FilePair,
  { rows, failed, sum, positives }: Scored,
  seconds: number,
  task: { readonly kind: string; readonly threshold?: number },
): void {
  const scored = rows - failed
  const mean = scored === 0 || task.kind === 'multiclass' ? '' : ` · mean ${(sum / scored).toFixed(3)}`
  const share =
    scored === 0 || task.threshold === undefined
      ? ''
      : ` · ${((positives / scored) * 100).toFixed(1)} % ≥ ${task.threshold.toFixed(2)}`
  const errors = failed === 0 ? '' : ` · ${failed} errors → ${pair.errors}`
  const rate = `${grouped(rows / Math.max(seconds, 0.001))} rows/s`
  output.say(`${pair.target}  ${grouped(rows)} rows${mean}${share}${errors} · ${rate}`)
}
