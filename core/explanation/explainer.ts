import { compileDecide, type Decide } from '../decision.ts'
import { CoreError } from '../errors.ts'
import { type Golden, parseGolden } from '../golden.ts'
import type { Manifest } from '../manifest.ts'
import type { ReadLinearGraph } from '../ports/linear-graph.ts'
import type { Bundle, ModelRepository } from '../ports/model-repository.ts'
import { compileValidate, type Validate } from '../validate.ts'
import { type Background, toBackground } from './background.ts'
import { type Explain, toOutputs, totalOf } from './explanation.ts'
import { compileLinearExplain } from './linear-explanation.ts'
import { compileVary, type Vary } from './variations.ts'

/** What is known of a model beyond its answers. */
export type Explainer = {
  readonly validate: Validate
  readonly decide: Decide
  readonly background: Background
  readonly vary: Vary
  /** Undefined for a model that has no explanations yet: anything but a linear one. */
  readonly explain: Explain | undefined
}

/** Opens the explainer of a bundle: coefficients are read from its own graph and must give its golden rows, else it rejects with `golden_mismatch`. */
export async function openExplainer(
  manifest: Manifest,
  { graph, golden: document, report }: Pick<Bundle, 'graph' | 'golden' | 'report'>,
  readLinearGraph: ReadLinearGraph,
): Promise<Explainer> {
  const golden = parseGolden(document)
  const background = toBackground(manifest.features, golden, parsed(report))
  const { input, output } = manifest
  // a graph that encodes the features itself is not read yet
  const linear = typeof input === 'string' ? await readLinearGraph(graph, { input, output }) : undefined
  const explain = linear && compileLinearExplain(manifest, linear, background.means)
  const validate = compileValidate(manifest.features)
  if (explain) assertGolden(manifest, golden, validate, explain)
  return {
    validate,
    decide: compileDecide(manifest.task),
    background,
    vary: compileVary(manifest.features, background),
    explain,
  }
}

/** A graph that was read wrongly, or is not the one that serves, would be explained wrongly with all digits. */
function assertGolden({ task }: Manifest, { rows, tolerance }: Golden, validate: Validate, explain: Explain): void {
  for (const { row, output } of rows) {
    const validation = validate(row)
    if (!validation.ok) continue
    const sums = toOutputs(task, explain(validation.row).map(totalOf))
    const agrees = output.every(
      (value, at) => Math.abs(value - (sums[at] ?? Number.NaN)) <= tolerance * Math.max(1, Math.abs(value)),
    )
    if (!agrees)
      throw new CoreError(
        'golden_mismatch',
        `contributions add up to ${sums.join(', ')} where the golden rows have ${output.join(', ')}`,
      )
  }
}

/** A report that is no JSON says nothing of the training; the golden rows say something of the model. */
function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The explainer of a model that serves, opened on its first use; a failure is forgotten. */
export type FindExplainer = (manifest: Manifest) => Promise<Explainer>

export function createExplainers({
  repository,
  readLinearGraph,
}: {
  readonly repository: Pick<ModelRepository, 'read'>
  readonly readLinearGraph: ReadLinearGraph
}): FindExplainer {
  const opened = new WeakMap<Manifest, Promise<Explainer>>()
  return manifest => {
    let explainer = opened.get(manifest)
    if (explainer === undefined) {
      explainer = repository
        .read(manifest.name, manifest.version)
        .then(bundle => openExplainer(manifest, bundle, readLinearGraph))
      opened.set(manifest, explainer)
      explainer.catch(() => opened.delete(manifest))
    }
    return explainer
  }
}
