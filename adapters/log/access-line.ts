import type { AccessEntry } from '@scaling-mlops/core'

/**
 * One request as a JSON line, in the form of the other lines. Written by hand: a general logger takes 4 µs for it, an eighth of all
 * that a prediction costs; this takes half of one.
 */
export function toAccessLine(entry: AccessEntry, time: string): string {
  const { method, path, status, grpcStatus, milliseconds, requestId, model, version, rows, invalid } = entry
  let line = `{"level":"info","time":${time},"method":${quote(method)},"path":${quote(path)},"status":${status},"ms":${decimal(milliseconds)},"requestId":"${requestId}"`
  if (grpcStatus !== undefined) line += `,"grpcStatus":"${grpcStatus}"`
  if (model !== undefined) line += `,"model":${quote(model)}`
  if (version !== undefined) line += `,"version":${version}`
  if (rows !== undefined) line += `,"rows":${rows}`
  if (invalid !== undefined) line += `,"invalid":${invalid}`
  return `${line},"msg":"request"}\n`
}

const PLAIN = /^[\w./:+=@%~-]*$/

function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text)
}

/** Three decimals by whole numbers, whose text is cheap to make. */
function decimal(milliseconds: number): string {
  const microseconds = Math.round(milliseconds * 1000)
  const whole = Math.floor(microseconds / 1000)
  const rest = microseconds % 1000
  return rest === 0 ? `${whole}` : `${whole}.${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}`
}
