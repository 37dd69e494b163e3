import { readLinearGraph } from '@scaling-mlops/adapters/onnx'
import type { Bundle, Manifest } from '@scaling-mlops/core'
import { type Explain, openExplainer } from '@scaling-mlops/core/explanation'
import { UsageError } from '../exit.ts'

/** The explanation of a bundle's scores, and the average row that it starts from. Rejects where the model has none yet. */
export async function openScoreExplainer(
  manifest: Manifest,
  bundle: Bundle,
): Promise<{ readonly explain: Explain; readonly means: Float64Array }> {
  const { explain, background } = await openExplainer(manifest, bundle, readLinearGraph)
  if (explain === undefined)
    throw new UsageError(
      `${bundle.name}/${bundle.version} has no explanations yet: only linear models have; leave --explain out`,
    )
  return { explain, means: background.means }
}
