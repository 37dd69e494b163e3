import { CoreError } from '../errors.ts'
import { type Golden, parseGolden } from '../golden.ts'
import type { Manifest } from '../manifest.ts'
import type { ReadLinearGraph } from '../ports/linear-graph.ts'
import type { ModelDocuments } from '../ports/model-documents.ts'
import type { Bundle, ModelRepository } from '../ports/model-repository.ts'
import { compileValidate } from '../validate.ts'
import { type Background, toBackground } from './background.ts'
import { type Explain, toOutputs, totalOf } from './explanation.ts'
import { compileLinearExplain } from './linear-explanation.ts'

/** What is known of a model beyond its answers. */
export type Explainer = {
  readonly background: Background
  /** Undefined for a model that has no explanations yet: anything but a linear one. */
  readonly explain: Explain | undefined
}

/** Opens the explainer of a bundle: its coefficients are read from its own graph and must give its golden rows. */
export async function openExplainer(
  manifest: Manifest,
  { graph, golden: document }: Pick<Bundle, 'graph' | 'golden'>,
  report: unknown,
  readLinearGraph: ReadLinearGraph,
): Promise<Explainer> {
  const golden = parseGolden(document)
  const background = toBackground(manifest.features, golden, report)
  const { input, output } = manifest
  // a graph that encodes the features itself is not read yet
  const linear = typeof input === 'string' ? await readLinearGraph(graph, { input, output }) : undefined
  const explain = linear && compileLinearExplain(manifest, linear, background.means)
  if (explain) assertGolden(manifest, golden, explain)
  return { background, explain }
}

/** A graph that was read wrongly, or is not the one that serves, would be explained wrongly with all digits. */
function assertGolden({ task, features }: Manifest, { rows, tolerance }: Golden, explain: Explain): void {
  const validate = compileValidate(features)
  for (const { row, output } of rows) {
    const validation = validate(row)
    if (!validation.ok) continue
    const answered = toOutputs(task, explain(validation.row).map(totalOf))
    if (
      !output.every(
        (value, at) => Math.abs(value - (answered[at] ?? Number.NaN)) <= tolerance * Math.max(1, Math.abs(value)),
      )
    )
      throw new CoreError(
        'golden_mismatch',
        `contributions add up to ${answered.join(', ')} where the golden rows have ${output.join(', ')}`,
      )
  }
}

/** The explainer of a model that serves, each opened once; a failure is forgotten. */
export type FindExplainer = (manifest: Manifest) => Promise<Explainer>

export function createExplainers({
  repository,
  documents,
  readLinearGraph,
}: {
  readonly repository: Pick<ModelRepository, 'read'>
  readonly documents: ModelDocuments
  readonly readLinearGraph: ReadLinearGraph
}): FindExplainer {
  const opened = new WeakMap<Manifest, Promise<Explainer>>()
  const open = async (manifest: Manifest): Promise<Explainer> => {
    const { name, version } = manifest
    const [bundle, report] = await Promise.all([
      repository.read(name, version),
      documents.read(name, version, 'report.json'),
    ])
    return openExplainer(manifest, bundle, parsed(report), readLinearGraph)
  }
  return manifest => {
    let explainer = opened.get(manifest)
    if (explainer === undefined) {
      explainer = open(manifest)
      opened.set(manifest, explainer)
      explainer.catch(() => opened.delete(manifest))
    }
    return explainer
  }
}

/** A report that is no JSON explains nothing; the golden rows do. */
function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
