import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Row } from './contestants.ts'
import { root } from './server-process.ts'

export type Workload = {
  readonly name: string
  /** The contestant that the others are held against; ours by default. */
  readonly reference?: string
  readonly title: string
  readonly rows: number
  readonly connections: number
}

export const workloads: readonly Workload[] = [
  { name: '1 row × 1', title: 'One row a request, 1 connection', rows: 1, connections: 1 },
  { name: '1 row × 32', title: 'One row a request, 32 connections', rows: 1, connections: 32 },
  { name: '1 row × 128', title: 'One row a request, 128 connections', rows: 1, connections: 128 },
  { name: '32 rows × 32', title: '32 rows a request, 32 connections', rows: 32, connections: 32 },
]

/** For the model that takes 5 ms a row: the client costs nothing beside it. */
export const slowWorkload: Workload = {
  name: 'slow × 32',
  title: 'A model of 5 ms a row, 32 connections',
  rows: 1,
  connections: 32,
  reference: 'slow-1',
}

const example: Row = JSON.parse(readFileSync(join(root, 'models/churn/example.json'), 'utf8'))
const golden: { rows: readonly { row: Row }[] } = JSON.parse(
  readFileSync(join(root, 'models/churn/1/golden.json'), 'utf8'),
)

/** The example customer alone, or as many customers as wanted, the golden ones over and over. */
export function someRows(count: number): readonly Row[] {
  if (count === 1) return [example]
  return Array.from({ length: count }, (_, index) => golden.rows[index % golden.rows.length]?.row ?? example)
}

export function toJsonBody(rows: readonly Row[]): string {
  return JSON.stringify(rows.length === 1 ? rows[0] : rows)
}
