import { readFile } from 'node:fs/promises'
import { CoreError } from '@scaling-mlops/core'
import type { DeclaredFeature } from '@scaling-mlops/core/training'
import { z } from 'zod'

const feature = z.strictObject({
  name: z.string().min(1),
  kind: z.enum(['number', 'category']).optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  group: z.string().optional(),
  actionable: z.boolean().optional(),
  unit: z.string().optional(),
  integer: z.boolean().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  values: z.array(z.strictObject({ value: z.string(), label: z.string().optional() })).optional(),
  unknown: z.enum(['reject', 'other', 'zeros']).optional(),
  default: z.union([z.number(), z.string()]).optional(),
  missing: z.strictObject({ fill: z.union([z.number(), z.string()]) }).optional(),
})

/** Reads a features file, a list of partial features. Undefined where `path` is only the usual place and nothing is there. */
export async function readFeaturesFile(path: string, optional: boolean): Promise<DeclaredFeature[] | undefined> {
  const fail = (reason: string): never => {
    throw new CoreError('invalid_feature_table', `the features file ${path} ${reason}`)
  }
  const text = await readFile(path, 'utf8').catch(error =>
    optional && error.code === 'ENOENT' ? undefined : fail(`cannot be read: ${error.message}`),
  )
  if (text === undefined) return undefined
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (error) {
    fail(`is not JSON: ${(error as Error).message}`)
  }
  const parsed = z.array(feature).safeParse(document)
  if (parsed.success) return parsed.data as DeclaredFeature[]
  return fail(
    `has problems: ${parsed.error.issues.map(({ path, message }) => `[${path.join('].')}]: ${message}`).join('; ')}`,
  )
}
