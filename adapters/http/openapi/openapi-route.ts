import type { Catalogue } from '@scaling-mlops/core'
import type { FindDocuments } from '@scaling-mlops/core/explanation'
import type { Exchange } from '../exchange.ts'
import { respondJson } from '../respond.ts'
import type { RouteEntry } from '../route.ts'
import { type ServedModels, toOpenApi } from './document.ts'
import { describeRows, type ModelPart } from './model-path.ts'

type Dependencies = {
  readonly routes: readonly RouteEntry[]
  readonly catalogue: Catalogue
  readonly findDocuments: FindDocuments
}

/** Answers the description of this server as it is now. Of the models it opens none but the default one. */
export async function answerOpenApi(
  { requestId }: Exchange,
  { routes, catalogue, findDocuments }: Dependencies,
): Promise<Response> {
  return respondJson(JSON.stringify(toOpenApi(routes, await describeModels(catalogue, findDocuments))), requestId)
}

async function describeModels(catalogue: Catalogue, findDocuments: FindDocuments): Promise<ServedModels> {
  const open = new Set(
    catalogue.index().flatMap(({ name, version, state }) => (state === 'READY' ? [`${name}/${version}`] : [])),
  )
  const byName = new Map<string, ModelPart>()
  for (const { name, serving } of catalogue.list()) {
    if (!open.has(`${name}/${serving}`)) continue
    const servable = await catalogue.find(name).catch(() => undefined)
    if (servable?.rows === undefined) continue
    // examples are a help: a repository out of reach must not take the description with it
    const examples = await findDocuments(servable).then(
      documents => documents.examples,
      () => [],
    )
    byName.set(name, describeRows(servable, servable.rows, examples))
  }
  const byDefault = await catalogue.findDefault().catch(() => undefined)
  return { byName, default: byDefault && byName.get(byDefault.name) }
}
