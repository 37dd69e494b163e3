import type { FunctionConfiguration, LambdaClient } from '@aws-sdk/client-lambda'
import { nameMissingPermission, type Timer } from '@scaling-mlops/core'
import type { Alias } from '@scaling-mlops/core/delivery'

export type FunctionPlace = { readonly name: string; readonly alias: string }

/** A program for a function: as bytes, or where it lies in S3 for more than 50 MB. */
export type FunctionCode = Uint8Array | { readonly bucket: string; readonly key: string }

export type LambdaFunction = {
  readonly alias: Alias
  /** Makes a version of this program and waits until it can be called; the version there is, where nothing changed. */
  publish(code: FunctionCode, architecture?: 'x64' | 'arm64'): Promise<string>
  /** What a version answers to a payload. Rejects with a FunctionError where it threw. */
  invoke(version: string, payload: unknown): Promise<unknown>
  close(): void
}

/** What Lambda or the function itself says is wrong with the function. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError'
}

export type LambdaFunctionOptions = FunctionPlace & {
  readonly timer: Pick<Timer, 'sleep'>
  readonly pollMilliseconds: number
}

/** A deployment makes few calls and must not fail for one that came too fast. */
const ATTEMPTS = 6
const PATIENCE_MS = 300_000

/**
 * A function of an account and one alias of it. Region, credentials and endpoint come from AWS's own variables. What a call is refused
 * with names the permission.
 */
export async function openLambdaFunction(options: LambdaFunctionOptions): Promise<LambdaFunction> {
  const { name, alias, timer, pollMilliseconds } = options
  const sdk = await import('@aws-sdk/client-lambda')
  const client = openClient(sdk)
  const FunctionName = name

  /** The configuration once `status` says that Lambda is done with it. */
  async function settled(
    Qualifier: string | undefined,
    status: (configuration: FunctionConfiguration) => string | undefined,
  ): Promise<void> {
    for (let waited = 0; waited < PATIENCE_MS; waited += pollMilliseconds) {
      const configuration = await client.send(
        new sdk.GetFunctionConfigurationCommand({ FunctionName, ...(Qualifier && { Qualifier }) }),
      )
      const now = status(configuration)
      if (now === 'Successful' || now === 'Active' || now === 'Inactive') return
      if (now === 'Failed')
        throw new FunctionError(
          `Lambda could not take the program: ${configuration.LastUpdateStatusReason ?? configuration.StateReason ?? 'it gives no reason'}`,
        )
      await timer.sleep(pollMilliseconds)
    }
    throw new FunctionError(`Lambda is not done with the program within ${PATIENCE_MS / 60_000} minutes`)
  }

  return {
    alias: {
      async look() {
        const { FunctionVersion = '', RoutingConfig } = await client.send(
          new sdk.GetAliasCommand({ FunctionName, Name: alias }),
        )
        const [canary] = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {})
        return { version: FunctionVersion, canary: canary && { version: canary[0], share: canary[1] } }
      },
      async point(FunctionVersion, canary) {
        const AdditionalVersionWeights = canary === undefined ? {} : { [canary.version]: canary.share }
        await client.send(
          new sdk.UpdateAliasCommand({
            FunctionName,
            Name: alias,
            FunctionVersion,
            RoutingConfig: { AdditionalVersionWeights },
          }),
        )
      },
    },
    async publish(code, architecture) {
      const { CodeSha256 } = await client.send(
        new sdk.UpdateFunctionCodeCommand({
          FunctionName,
          ...(code instanceof Uint8Array ? { ZipFile: code } : { S3Bucket: code.bucket, S3Key: code.key }),
          ...(architecture && { Architectures: [architecture === 'x64' ? 'x86_64' : 'arm64'] }),
        }),
      )
      await settled(undefined, ({ LastUpdateStatus }) => LastUpdateStatus)
      // the hash: if somebody else's program came in between, that one must not be published as ours
      const { Version = '' } = await client.send(new sdk.PublishVersionCommand({ FunctionName, CodeSha256 }))
      await settled(Version, ({ State }) => State)
      return Version
    },
    async invoke(Qualifier, payload) {
      const { Payload, FunctionError: thrown } = await client.send(
        new sdk.InvokeCommand({ FunctionName, Qualifier, Payload: new TextEncoder().encode(JSON.stringify(payload)) }),
      )
      const text = new TextDecoder().decode(Payload)
      if (thrown !== undefined) throw new FunctionError(`version ${Qualifier} throws: ${text.slice(0, 300)}`)
      return JSON.parse(text)
    },
    close: () => client.destroy(),
  }
}

function openClient(sdk: typeof import('@aws-sdk/client-lambda')): LambdaClient {
  const client = new sdk.LambdaClient({ maxAttempts: ATTEMPTS })
  client.middlewareStack.add(
    (next, context) => async call => {
      try {
        return await next(call)
      } catch (error) {
        const operation = String(context.commandName).replace(/Command$/, '')
        throw nameMissingPermission(error, `lambda:${operation === 'Invoke' ? 'InvokeFunction' : operation}`)
      }
    },
    { step: 'initialize', name: 'nameMissingPermission' },
  )
  return client
}
