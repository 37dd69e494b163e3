import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { openAlarms, UnknownAlarmError } from '@scaling-mlops/adapters/cloudwatch'
import { FunctionError, type LambdaFunction, openLambdaFunction } from '@scaling-mlops/adapters/lambda/delivery'
import { systemClock, systemTimer } from '@scaling-mlops/adapters/memory'
import { openS3Objects } from '@scaling-mlops/adapters/s3'
import { shift } from '@scaling-mlops/core/delivery'
import { ConfigurationError } from '../configuration/read-configuration.ts'
import type { GoldenFlags } from './golden-flags.ts'
import { type AskRows, findWrongAnswer, readGoldenRows } from './golden-rows.ts'
import { createOutput, type Output, type OutputFlags } from './output.ts'
import { reportDelivery } from './report-delivery.ts'

export type DeployLambdaFlags = OutputFlags &
  GoldenFlags & {
    readonly function: string
    readonly zip: string
    readonly arch?: 'x64' | 'arm64'
    readonly alias: string
    readonly canary: number
    readonly minutes: number
    readonly alarm: readonly string[]
    readonly rollback?: true
    readonly bucket?: string
    readonly poll: number
  }

/** What Lambda takes in a call. */
const MOST_DIRECT = 50e6

/** Brings a zip to a function behind its alias; a version that does not get all calls in the end is an error. */
export async function runDeployLambda(flags: DeployLambdaFlags): Promise<void> {
  try {
    await deploy(flags, createOutput(flags))
  } catch (error) {
    const isTold = error instanceof FunctionError || error instanceof UnknownAlarmError
    throw isTold ? new ConfigurationError([error.message]) : error
  }
}

async function deploy(flags: DeployLambdaFlags, output: Output): Promise<void> {
  const { function: name, alias, alarm, arch } = flags
  const began = systemClock.monotonic()
  const zip = await readFile(flags.zip)
  const goldenRows = await readGoldenRows(flags)
  if (alarm.length === 0) output.warn('no --alarm is watched: only golden rows say whether the version is good')
  const alarms = await openAlarms(alarm)
  const lambda = await openLambdaFunction({
    name,
    alias,
    timer: systemTimer,
    pollMilliseconds: Math.min(flags.poll, 2_000),
  })
  try {
    const result = await shift({
      alias: lambda.alias,
      alarms,
      publish: async () => lambda.publish(await place(zip, flags), arch),
      checkAnswers: version => findWrongAnswer(goldenRows, askFunction(lambda, version)),
      share: flags.canary / 100,
      canaryMilliseconds: flags.minutes * 60_000,
      pollMilliseconds: flags.poll,
      rollback: flags.rollback ?? false,
      clock: systemClock,
      timer: systemTimer,
      note: output.say,
    })
    const text = `version ${result.version} is ${name}:${alias}`
    reportDelivery(output, flags, { result, text, document: { function: name, alias }, goldenRows, began })
  } finally {
    lambda.close()
  }
}

/** The zip itself, or where it was put because Lambda takes no more than 50 MB in a call. */
async function place(zip: Uint8Array, { bucket, zip: file, function: name }: DeployLambdaFlags) {
  if (bucket === undefined && zip.byteLength > MOST_DIRECT)
    throw new ConfigurationError([
      `${file} has ${Math.ceil(zip.byteLength / 1e6)} MB and Lambda takes 50 MB in a call; name a bucket by --bucket`,
    ])
  if (bucket === undefined) return zip
  const key = `${name}/${createHash('sha256').update(zip).digest('hex')}.zip`
  const objects = await openS3Objects()
  try {
    await objects.write({ bucket, key }, zip)
  } finally {
    objects.close()
  }
  return { bucket, key }
}

function askFunction(lambda: LambdaFunction, qualifier: string): AskRows {
  return ({ model, version, golden }) =>
    lambda.invoke(qualifier, { model, version, rows: golden.rows.map(({ row }) => row) })
}
