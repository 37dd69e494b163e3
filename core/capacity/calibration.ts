/**
 * How fast one vCPU of a family is, with one core of a current x86 server as 1. These are assumptions, from what the makers say of each
 * generation against the last and from a vCPU being a whole core (Graviton) or one of its two threads (Intel); nobody measured them here.
 * A measured score takes their place: `scaling-mlops rightsize --score` on the instance, passed as `--scores c7g.medium=…`.
 */
const SPEED_BY_FAMILY: Readonly<Record<string, number>> = {
  t4g: 0.65,
  t3: 0.5,
  c7g: 0.85,
  c8g: 1.05,
  'c7i-flex': 0.65,
  c7i: 0.65,
  c8i: 0.75,
}

/** A full vCPU of Lambda, which is 1,769 MB; Graviton2 and Intel or AMD of mixed age. Assumed like the others. */
export const LAMBDA_SPEED: Readonly<Record<'arm64' | 'x86_64', number>> = { arm64: 0.65, x86_64: 0.6 }

/** Scores of `calibrationScore` on instance types, and on this machine. */
export type Scores = { readonly here: number; readonly byType: Readonly<Record<string, number>> }

/** The speed of one vCPU of a type with a core of the measuring machine as 1: by score where there is one, else by family. */
export function vcpuSpeed(type: string, scores?: Scores): { readonly speed: number; readonly measured: boolean } {
  const score = scores?.byType[type]
  if (scores !== undefined && score !== undefined) return { speed: score / scores.here, measured: true }
  return { speed: SPEED_BY_FAMILY[type.split('.')[0] as string] ?? 0.65, measured: false }
}

/**
 * A fixed piece of work much like serving a row: JSON is parsed, looked up, multiplied and written, a thousand times. Answers a number
 * that depends on all of it, so that no part can be skipped. Runs a second are the score of a machine.
 */
export function calibrationWork(): number {
  const fields = Array.from({ length: 20 }, (_, index) => [
    `field_${index}`,
    index % 3 === 0 ? `value_${index}` : index / 7,
  ])
  const row = JSON.stringify(Object.fromEntries(fields))
  const weights = Float64Array.from({ length: 20 }, (_, index) => Math.sin(index))
  let sum = 0
  for (let round = 0; round < 1000; round++) {
    const parsed = JSON.parse(row) as Record<string, number | string>
    for (let index = 0; index < 20; index++) {
      const value = parsed[`field_${index}`]
      sum += (typeof value === 'string' ? value.length : (value ?? 0)) * (weights[index] as number)
    }
    sum += JSON.stringify({ probability: 1 / (1 + Math.exp(-sum / 1e6)), round }).length
  }
  return sum
}
