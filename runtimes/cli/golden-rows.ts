import { openFolderRepository } from '@scaling-mlops/adapters/files'
import {
  CoreError,
  type Golden,
  goldenDifference,
  parseGolden,
  parseManifest,
  readOutputs,
  type Task,
} from '@scaling-mlops/core'
import type { GoldenFlags } from './golden-flags.ts'

/** The golden rows of one model's newest version, to be asked of a server somewhere. */
export type GoldenRows = {
  readonly model: string
  readonly version: number
  readonly task: Task
  readonly golden: Golden
}

/** Answers a list of rows as `/predict` does. */
export type AskRows = (rows: GoldenRows) => Promise<unknown>

/** The golden rows of the models in a folder, or of the one that is named. Bare graphs have none. */
export async function readGoldenRows({ models, model }: GoldenFlags): Promise<readonly GoldenRows[]> {
  const repository = openFolderRepository(models)
  const entries = (await repository.list()).filter(({ name }) => model === undefined || name === model)
  if (model !== undefined && entries.length === 0)
    throw new CoreError('unknown_model', `there is no model "${model}" in "${models}"`)
  const rows: GoldenRows[] = []
  for (const { name, versions } of entries) {
    const version = versions.at(-1) ?? 0
    const { manifest, golden } = await repository.read(name, version)
    if (manifest === undefined) continue
    rows.push({ model: name, version, task: parseManifest(manifest).task, golden: parseGolden(golden) })
  }
  return rows
}

export function countRows(all: readonly GoldenRows[]): number {
  return all.reduce((total, { golden }) => total + golden.rows.length, 0)
}

/** What the first wrong answer is, of any model; undefined where all are as the trainer gave them. */
export async function findWrongAnswer(all: readonly GoldenRows[], ask: AskRows): Promise<string | undefined> {
  for (const rows of all) {
    const answers = await ask(rows)
    const difference = Array.isArray(answers)
      ? goldenDifference(rows.golden, index => readOutputs(rows.task, answers[index]) ?? textOf(answers[index]))
      : textOf(answers)
    if (difference !== undefined) return `${rows.model} version ${rows.version}: ${difference}`
  }
  return undefined
}

/** Asks over HTTP, with the key of API_KEY where there is one. What is no answer is thrown in words. */
export function askOver(server: URL): AskRows {
  return async ({ model, version, golden }) => {
    const url = new URL(`models/${encodeURIComponent(model)}/versions/${version}/predict`, server)
    const { API_KEY: key } = process.env
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
      body: JSON.stringify(golden.rows.map(({ row }) => row)),
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).catch((cause: Error) => {
      throw new Error(`${url} does not answer: ${(cause.cause as Error | undefined)?.message ?? cause.message}`, {
        cause,
      })
    })
    const location = response.headers.get('location')
    if (location !== null)
      throw new Error(`${url} leads to ${location}; name the address whose certificate is valid by --url`)
    const text = await response.text()
    if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text.slice(0, 300)}`)
    return JSON.parse(text)
  }
}

const PATIENCE_MS = 30_000

function textOf(answer: unknown): string {
  return `the answer is ${JSON.stringify(answer)?.slice(0, 300) ?? 'missing'}`
}
