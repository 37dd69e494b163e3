import type { Servable } from '@scaling-mlops/core'
import type { FindDocuments } from '@scaling-mlops/core/explanation'
import type { Exchange } from './exchange.ts'
import { HttpError } from './http-error.ts'
import { respondJson, respondText } from './respond.ts'

const DOCUMENTS = {
  report: { file: 'report.json', contentType: 'application/json' },
  reference: { file: 'reference.json', contentType: 'application/json' },
  card: { file: 'README.md', contentType: 'text/markdown; charset=utf-8' },
} as const

export type DocumentName = keyof typeof DOCUMENTS
export const documentNames = Object.keys(DOCUMENTS) as DocumentName[]

/** Answers a file of the version as it was written; 404 where there is none. */
export async function answerDocument(
  document: DocumentName,
  servable: Servable,
  { requestId }: Exchange,
  findDocuments: FindDocuments,
): Promise<Response> {
  const { file, contentType } = DOCUMENTS[document]
  const text = (await findDocuments(servable))[document]
  if (text === undefined)
    throw new HttpError('no_document', `model ${servable.name}, version ${servable.version} came without ${file}`)
  return respondText(text, requestId, contentType)
}

/** Answers a few rows that are valid, each with a name. */
export async function answerExamples(
  servable: Servable,
  { requestId }: Exchange,
  findDocuments: FindDocuments,
): Promise<Response> {
  const { examples } = await findDocuments(servable)
  return respondJson(JSON.stringify({ examples }), requestId)
}
