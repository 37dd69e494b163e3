import type { Catalogue, Log } from '@scaling-mlops/core'
import { readText } from './body.ts'
import type { Exchange } from './exchange.ts'
import { parseJson } from './json.ts'
import { toProblem } from './problem.ts'
import { respondJson } from './respond.ts'

/** Every version of every model with its state, as the Open Inference Protocol lists them; with `{"ready": true}` those that answer. */
export async function answerIndex(
  request: Request,
  { requestId, caller }: Exchange,
  { catalogue, maxBodyBytes }: { readonly catalogue: Catalogue; readonly maxBodyBytes: number },
): Promise<Response> {
  const text = await readText(request, caller, maxBodyBytes)
  const isReadyOnly = text.trim() !== '' && (parseJson(text) as { ready?: unknown } | null)?.ready === true
  const entries = catalogue
    .index()
    .filter(({ state }) => !isReadyOnly || state === 'READY')
    .map(entry => ({ ...entry, version: String(entry.version) }))
  return respondJson(JSON.stringify(entries), requestId)
}

/** Loads or unloads a model. What is wrong with it is told to the operator who asked, in the protocol's own form of an error. */
export async function answerChange(
  change: 'load' | 'unload',
  name: string,
  exchange: Exchange,
  { catalogue, log }: { readonly catalogue: Catalogue; readonly log: Log },
): Promise<Response> {
  const { requestId } = exchange
  exchange.acted = { model: name.slice(0, 60) }
  try {
    await catalogue[change](name)
    return respondJson('{}', requestId)
  } catch (error) {
    const { status } = toProblem(error, requestId)
    log.error(`model could not be ${change}ed`, { model: name.slice(0, 60), requestId, error })
    const reason = status === 500 ? 'the server failed at this request' : (error as Error).message
    return respondJson(
      JSON.stringify({ error: `failed to ${change} '${name.slice(0, 60)}': ${reason}` }),
      requestId,
      status,
    )
  }
}
