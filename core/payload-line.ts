import type { WriteAnswer } from './answer.ts'
import type { Manifest } from './manifest.ts'
import type { Outcome } from './predict.ts'

/** What is told of a scored row beside its fields. */
export type PayloadEvent = { readonly id: string; readonly at: number; readonly outcome: Outcome }

/**
 * A row and its answer as a line in the form of SageMaker's data capture. An invalid row is told by the names of its fields and by codes: what
 * was found in them is not data of the model.
 */
export function toPayloadLine(
  fields: Readonly<Record<string, unknown>>,
  { id, at, outcome }: PayloadEvent,
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
