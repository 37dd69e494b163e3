import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Environment, type Host, openMemoryHost, repository } from './host.ts'
import { identityGraph } from './identity-graph.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A repository with churn and a bare graph `echo` that gives texts, 64-bit integers, floats and flags back. */
export async function withEchoModel() {
  const folder = await temporaryFolder()
  await cp(join(repository, 'churn/1'), join(folder.path, 'churn/1'), { recursive: true })
  await mkdir(join(folder.path, 'echo/3'), { recursive: true })
  const graph = identityGraph({
    texts: { type: 'STRING', width: 2 },
    wholes: { type: 'INT64', width: 2 },
    floats: { type: 'FLOAT', width: 3 },
    flags: { type: 'BOOL', width: 4 },
  })
  await writeFile(join(folder.path, 'echo/3/model.onnx'), graph)
  return folder
}

export async function openV2Host(environment: Environment = {}): Promise<Host> {
  const folder = await withEchoModel()
  const host = await openMemoryHost({ MODEL_REPOSITORY: folder.path, DEFAULT_MODEL: 'churn', ...environment })
  return {
    ...host,
    close: async () => {
      await host.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** A request whose tensors follow its JSON, as the binary extension lays them out. */
export function binaryRequest(
  envelope: object,
  tensors: readonly Uint8Array[],
  headers: Environment = {},
): RequestInit {
  const json = Buffer.from(JSON.stringify(envelope))
  return {
    method: 'POST',
    headers: { 'inference-header-content-length': String(json.byteLength), ...headers },
    body: new Uint8Array(Buffer.concat([json, ...tensors])),
  }
}

/** The JSON of a binary answer, and the bytes behind it. */
export async function readBinaryAnswer(response: Response) {
  const bytes = Buffer.from(await response.arrayBuffer())
  const length = Number(response.headers.get('inference-header-content-length'))
  return { json: JSON.parse(bytes.subarray(0, length).toString()), tail: bytes.subarray(length) }
}

/** An answer of the protocol, an error or a model's description: whichever of them it is. */
export type V2Document = {
  readonly error: string
  readonly inputs: readonly { readonly name: string }[]
  readonly outputs: readonly { readonly name: string; readonly data: readonly unknown[] }[]
  readonly model_stats: readonly (object & {
    readonly inference_stats: Readonly<Record<string, { readonly ns: number }>>
  })[]
}

export async function documentOf(response: Response): Promise<V2Document> {
  return (await response.json()) as V2Document
}
