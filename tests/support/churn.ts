import { readFileSync } from 'node:fs'
import type { Golden } from '@scaling-mlops/core'
import { repository } from './host.ts'

export type ChurnRow = Readonly<Record<string, string | number | null>>

const readJson = (path: string): unknown => JSON.parse(readFileSync(`${repository}/churn/${path}`, 'utf8'))

const example = readJson('example.json') as ChurnRow

/** The example customer, with what a test wants different. */
export function aRow(changes: ChurnRow = {}): ChurnRow {
  return { ...example, ...changes }
}

export const golden = readJson('1/golden.json') as Golden

/** A POST of JSON. */
export function json(body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}
