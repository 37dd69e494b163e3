import type { ErrorLimit } from './flag.ts'
import type { OutputFlags } from './output.ts'

export type ScoreFlags = OutputFlags & {
  readonly out?: string
  readonly format?: 'csv' | 'ndjson'
  readonly id?: string
  readonly map: Readonly<Record<string, string>>
  readonly maxErrors?: ErrorLimit
  readonly errors?: string
  readonly workers?: number
  readonly resume?: true
  readonly explain?: number
}
