import { parseGolden } from '../golden.ts'
import type { Bundle, ModelRepository } from '../ports/model-repository.ts'
import type { Servable } from '../servable.ts'
import { type Example, toExamples } from './examples.ts'

/** What a version brings for people to read, as it was written; undefined where it brings none. */
export type ModelDocuments = Pick<Bundle, 'report' | 'reference' | 'card'> & { readonly examples: readonly Example[] }

/** The documents of a model that serves, read on their first use; a failure is forgotten. */
export type FindDocuments = (servable: Servable) => Promise<ModelDocuments>

export function createFindDocuments(repository: Pick<ModelRepository, 'read'>): FindDocuments {
  const found = new WeakMap<Servable, Promise<ModelDocuments>>()
  return servable => {
    let documents = found.get(servable)
    if (documents === undefined) {
      // without the graph, which is kept already
      documents = repository.read(servable.name, servable.version).then(({ report, reference, card, golden }) => ({
        report,
        reference,
        card,
        examples: servable.rows === undefined ? [] : toExamples(servable.rows.manifest, parseGolden(golden)),
      }))
      found.set(servable, documents)
      documents.catch(() => found.delete(servable))
    }
    return documents
  }
}
