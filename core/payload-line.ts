import type { WriteAnswer } from './answer.ts'
import type { Decision } from './decision.ts'
import type { Manifest } from './manifest.ts'

/** A row as its caller sent it, and what became of it. */
export type PayloadRow = {
  readonly id: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly outcome:
    | { readonly ok: true; readonly decision: Decision }
    | { readonly ok: false; readonly issues: readonly { readonly field: string; readonly code: string }[] }
}

/**
 * A row and its answer as a line in the form of SageMaker's data capture. An invalid row is told by the names of its fields and by codes: what
 * was found in them is not data of the model.
 */
export function toPayloadLine(
  { id, fields, outcome }: PayloadRow,
  at: number,
  { name, version, features }: Manifest,
  writeAnswer: WriteAnswer,
): string {
  const answer = outcome.ok
    ? writeAnswer(outcome.decision)
    : JSON.stringify({
        errors: outcome.issues.map(({ field, code }) => ({
          // the name of an unknown field is the caller's own text
          ...(features.some(feature => feature.name === field) ? { field } : {}),
          code,
        })),
      })
  return `${JSON.stringify({
    captureData: {
      endpointInput: toSide('INPUT', outcome.ok ? JSON.stringify(fields) : '{}'),
      endpointOutput: toSide('OUTPUT', answer),
    },
    eventMetadata: {
      eventId: id,
      inferenceTime: `${new Date(at).toISOString().slice(0, 19)}Z`,
      customAttributes: [`model=${name}`, `version=${version}`],
    },
    eventVersion: '0',
  })}\n`
}

function toSide(mode: 'INPUT' | 'OUTPUT', data: string): object {
  return { observedContentType: 'application/json', mode, data, encoding: 'JSON' }
}
