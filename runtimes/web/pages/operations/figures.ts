import { count, plain } from '@scaling-mlops/adapters/report/format'

/** One decimal below ten. */
export function rate(value: number): string {
  return value < 10 ? plain(Math.round(value * 10) / 10) : count(Math.round(value))
}

export function milliseconds(value: number | null): string {
  return value === null ? '–' : `${plain(value)}\u202fms`
}
