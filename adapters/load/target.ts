import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'

/** One request, ready to be written as often as wanted, and where to. */
export type Target = {
  readonly bytes: Buffer
  connect(): Socket
}

export type RequestOptions = {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** A request as bytes of HTTP/1.1. Throws a TypeError where the address is none of http or https, or a header cannot be written. */
export function createTarget(address: string, { method, headers, body }: RequestOptions): Target {
  const url = new URL(address)
  const secure = url.protocol === 'https:'
  if (!secure && url.protocol !== 'http:') throw new TypeError(`"${address}" is not an address of http or https`)
  const content = typeof body === 'string' ? Buffer.from(body) : body
  const all = { Host: url.host, ...headers, ...(content.length > 0 && { 'Content-Length': String(content.length) }) }
  const lines = Object.entries(all).map(([name, value]) => {
    if (/[\r\n:]/.test(name) || /[\r\n]/.test(value))
      throw new TypeError(`the header ${JSON.stringify(name)} cannot be written`)
    return `${name}: ${value}\r\n`
  })
  const head = `${method} ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('')}\r\n`

  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = Number(url.port || (secure ? 443 : 80))
  return {
    bytes: Buffer.concat([Buffer.from(head, 'latin1'), content]),
    connect: () => (secure ? connectSecure({ host, port, servername: host }) : connectPlain({ host, port })),
  }
}
