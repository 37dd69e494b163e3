import type { IncomingMessage, ServerResponse } from 'node:http'
import { toUnreadable } from './body.ts'
import type { Body, Caller } from './exchange.ts'

const decoder = new TextDecoder()

/** A request of Node's server as its caller and its body. */
export class NodeCaller implements Caller, Body {
  readonly #incoming: IncomingMessage
  readonly #outgoing: ServerResponse

  constructor(incoming: IncomingMessage, outgoing: ServerResponse) {
    this.#incoming = incoming
    this.#outgoing = outgoing
  }

  get aborted(): boolean {
    return this.#outgoing.destroyed
  }

  get arrived(): boolean {
    return this.#incoming.complete
  }

  header(name: string): string | undefined {
    const value = this.#incoming.headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }

  text(): Promise<string> {
    return this.#read(bytes => decoder.decode(bytes))
  }

  bytes(): Promise<Uint8Array> {
    return this.#read(bytes => bytes)
  }

  #read<T>(convert: (bytes: Buffer) => T): Promise<T> {
    const incoming = this.#incoming
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = []
      incoming.on('data', chunk => chunks.push(chunk))
      incoming.on('end', () => resolve(convert(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks))))
      incoming.on('error', cause => reject(toUnreadable(cause)))
      incoming.on('close', () => incoming.readableEnded || reject(toUnreadable(undefined)))
    })
  }
}
