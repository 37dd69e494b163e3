import type { StreamResult } from '../ports/result-sink.ts'

/** A result as one line of JSON, the same wherever results are read. */
export function writeResult({ id, model, version, answer, at }: StreamResult): string {
  return `{"id":${JSON.stringify(id)},"model":${JSON.stringify(model)},"version":${version},"result":${answer},"at":"${new Date(at).toISOString()}"}`
}
