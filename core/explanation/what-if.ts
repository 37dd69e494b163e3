import type { Decision } from '../decision.ts'
import type { FeatureTable } from '../feature-table.ts'
import type { Issue } from '../issue.ts'
import { type Explained, methodOf, noExplanation, notFinite, readable, toDocument } from './explain-rows.ts'
import type { Explainer } from './explainer.ts'
import type { Variation } from './variations.ts'

const MOST_CURVE_POINTS = 25
const MOST_CHANGES = 5

type Varied = Variation & { readonly decision: Decision }

/** What is answered for one row: its decision, why, how it bends with every field, and what would turn it. Issues where the row is not valid. */
export async function whatIf(
  { manifest, runBatch, writeAnswer }: Explained,
  explainer: Explainer,
  input: unknown,
): Promise<
  { readonly ok: true; readonly document: object } | { readonly ok: false; readonly issues: readonly Issue[] }
> {
  const validation = explainer.validate(input)
  if (!validation.ok) return validation
  const { row } = validation
  const { task, features } = manifest
  const { variations, isTruncated } = explainer.vary(row)
  const { scores, milliseconds } = await runBatch([row, ...variations.map(variation => variation.row)])
  const decision = explainer.decide(scores, 0)
  if (decision === undefined) return { ok: false, issues: [notFinite] }
  const varied = variations.flatMap((variation, index) => {
    const decision = explainer.decide(scores, index + 1)
    return decision === undefined ? [] : [{ ...variation, decision }]
  })

  const output = outputOf(manifest, decision)
  const scoreOf = compileScoreOf(manifest, output)
  return {
    ok: true,
    document: {
      model: manifest.name,
      version: manifest.version,
      answer: JSON.parse(writeAnswer(decision)),
      output,
      score: scoreOf(decision),
      ...(task.kind === 'binary' ? { threshold: task.threshold } : {}),
      ...('label' in decision ? { label: decision.label } : {}),
      ...explanationOf(),
      curves: byFeature(features, 'number', varied).map(({ name, index, entries }) => ({
        feature: name,
        points: thin(entries, row[index] as number).map(({ value, decision }) => [value, scoreOf(decision)]),
      })),
      options: byFeature(features, 'category', varied).map(({ name, index, entries }) => ({
        feature: name,
        values: entries.map(({ value, decision }) => ({
          value: readable(features, index, value),
          score: scoreOf(decision),
        })),
      })),
      changes: changesOf(),
      truncated: isTruncated,
      milliseconds,
    },
  }

  function explanationOf() {
    if (explainer.explain === undefined) return { explanationAbsent: noExplanation(manifest) }
    const explanation = explainer.explain(row).find(each => each.output === output)
    return (
      explanation && { explanation: { ...methodOf(manifest), ...toDocument(manifest, explainer, row, explanation) } }
    )
  }

  /** Of every field that someone could act on the change that turns the decision and moves the score least. */
  function changesOf() {
    if (decision === undefined || !('label' in decision)) return []
    const before = scoreOf(decision)
    const turning = varied.filter(
      each => features[each.feature]?.actionable && 'label' in each.decision && each.decision.label !== decision.label,
    )
    const distance = (each: Varied): number => Math.abs(scoreOf(each.decision) - before)
    const nearest = new Map<number, Varied>()
    for (const each of turning) {
      const best = nearest.get(each.feature)
      const reach = (other: Varied): number =>
        features[each.feature]?.kind === 'number'
          ? Math.abs(other.value - (row[each.feature] as number))
          : distance(other)
      if (best === undefined || reach(each) < reach(best)) nearest.set(each.feature, each)
    }
    return [...nearest.values()]
      .sort((a, b) => distance(a) - distance(b))
      .slice(0, MOST_CHANGES)
      .map(each => ({
        feature: features[each.feature]?.name,
        from: readable(features, each.feature, row[each.feature] as number),
        to: readable(features, each.feature, each.value),
        score: scoreOf(each.decision),
        label: (each.decision as { label: boolean | string }).label,
      }))
  }
}

/** What all scores are of: the positive class, the most probable one, or the target. */
function outputOf({ task }: Explained['manifest'], decision: Decision): string {
  if (decision.kind === 'multiclass') return decision.label
  return task.kind === 'binary' ? task.positive : task.target
}

function compileScoreOf({ task }: Explained['manifest'], output: string): (decision: Decision) => number {
  const index = task.kind === 'multiclass' ? task.classes.indexOf(output) : 0
  return decision => {
    if (decision.kind === 'binary') return decision.probability
    return decision.kind === 'multiclass' ? (decision.probabilities[index] as number) : decision.value
  }
}

function byFeature(features: FeatureTable, kind: 'number' | 'category', varied: readonly Varied[]) {
  return features.flatMap(({ name, kind: own }, index) => {
    const entries = own === kind ? varied.filter(({ feature }) => feature === index) : []
    return entries.length === 0 ? [] : [{ name, index, entries }]
  })
}

/** So many entries at the most, evenly over all of them, with both ends and the row's own. */
function thin(entries: readonly Varied[], own: number): readonly Varied[] {
  if (entries.length <= MOST_CURVE_POINTS) return entries
  const gaps = MOST_CURVE_POINTS - 2
  const kept = new Set(Array.from({ length: gaps + 1 }, (_, gap) => Math.round((gap * (entries.length - 1)) / gaps)))
  return entries.filter(({ value }, index) => kept.has(index) || value === own)
}
